namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>One Huffman table (T.81 annex C) for both directions.</summary>
/// <remarks>
/// A look-up entry holds how many bits to take (bits 0 to 6), whether the bits of the value follow (bit 7), how many coefficients to go
/// forward (bits 8 to 15) and the value, or its size where its bits follow (bits 16 to 31). Short codes with short values are one look-up.
/// </remarks>
/// <param name="isDc">True for a table of DC differences.</param>
internal sealed class HuffmanTable(bool isDc)
{
    /// <summary>Bits looked up at once; longer codes are rare and searched for.</summary>
    public const int DcBits = 9;
    public const int AcBits = 11;

    /// <summary>Flag of an entry whose value follows in the bits.</summary>
    public const uint ValueFollows = 0x80;

    /// <summary>Distance that stands for the end of the block.</summary>
    public const int EndOfBlock = 64;

    /// <summary>Largest category of a DC difference and of an AC value of 8-bit samples (T.81 tables F.1 and F.2).</summary>
    public const int DcSizeMax = 11;
    public const int AcSizeMax = 10;

    private const int LengthMax = 16;
    private const int ZeroRun = 0xF0;

    private readonly byte[] _counts = new byte[LengthMax];
    private readonly byte[] _symbols = new byte[256];
    private readonly int[] _limits = new int[LengthMax + 1];
    private readonly int[] _offsets = new int[LengthMax + 1];
    private readonly int _bits = isDc ? DcBits : AcBits;
    private int _symbolCount;

    /// <summary>True once a file, or the standard, defined it.</summary>
    public bool IsSet { get; private set; }

    /// <summary>Entries for the next <see cref="DcBits"/> or <see cref="AcBits"/> bits; 0 where no code begins so, or a longer one.</summary>
    public uint[] Lookup { get; } = new uint[1 << (isDc ? DcBits : AcBits)];

    /// <summary>Code of each symbol times 256 plus its length; 0 where there is none.</summary>
    public uint[] Codes { get; } = new uint[256];

    /// <summary>Number of codes of each length, 1 to 16.</summary>
    public ReadOnlySpan<byte> Counts => _counts;

    /// <summary>Symbols in the order of their codes.</summary>
    public ReadOnlySpan<byte> Symbols => _symbols.AsSpan(0, _symbolCount);

    /// <summary>True where both have the same codes.</summary>
    public bool IsAs(HuffmanTable other) => IsAs(other.Counts, other.Symbols);

    /// <summary>Takes the definition of a file; false where it is none, or has symbols that no 8-bit sequential file needs.</summary>
    /// <param name="counts">16 numbers of codes.</param>
    /// <param name="symbols">As many symbols as the numbers say.</param>
    public bool TrySet(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols)
    {
        // Nearly always the tables of the frame before: nothing to build again.
        if (IsAs(counts, symbols))
        {
            return true;
        }

        IsSet = false;
        if (symbols.Length > _symbols.Length || !AreAllowed(symbols))
        {
            return false;
        }

        counts.CopyTo(_counts);
        symbols.CopyTo(_symbols);
        _symbolCount = symbols.Length;
        return IsSet = TryBuild();
    }

    /// <summary>The entry of a code longer than a look-up, or 0 where the bits are no code. The top bits of the window are looked at.</summary>
    public uint Search(ulong window)
    {
        var next = (int)(window >> 48);
        for (var length = _bits + 1; length <= LengthMax; length++)
        {
            if (next < _limits[length])
            {
                var at = (next >> (LengthMax - length)) + _offsets[length];
                return at >= 0 && at < _symbolCount ? Entry(_symbols[at], length) : 0;
            }
        }

        return 0;
    }

    private bool IsAs(ReadOnlySpan<byte> counts, ReadOnlySpan<byte> symbols) =>
        IsSet && counts.SequenceEqual(_counts) && symbols.SequenceEqual(Symbols);

    /// <summary>
    /// A size above those of 8-bit samples would let a value overflow what can be written again; a size of 0 with a run other than 15 is the
    /// end of a band in progressive files and read differently by different decoders.
    /// </summary>
    private bool AreAllowed(ReadOnlySpan<byte> symbols)
    {
        foreach (var symbol in symbols)
        {
            var size = symbol & 15;
            if (isDc ? symbol > DcSizeMax : size > AcSizeMax || (size == 0 && symbol is not (0 or ZeroRun)))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryBuild()
    {
        Array.Clear(Lookup);
        Array.Clear(Codes);
        for (int length = 1, code = 0, at = 0; length <= LengthMax; length++, code <<= 1)
        {
            _offsets[length] = at - code;
            for (var left = _counts[length - 1]; left > 0; left--, at++, code++)
            {
                // More codes than the length has: such a table is read differently by different decoders.
                if (code >= 1 << length || Codes[_symbols[at]] != 0)
                {
                    return false;
                }

                Codes[_symbols[at]] = ((uint)code << 8) | (uint)length;
                Spread(_symbols[at], code, length);
            }

            _limits[length] = code << (LengthMax - length);
        }

        return true;
    }

    /// <summary>Writes the entries that begin with a code, with the value where its bits fit in as well.</summary>
    private void Spread(byte symbol, int code, int length)
    {
        var rest = _bits - length;
        if (rest < 0)
        {
            return;
        }

        var size = SizeOf(symbol);
        for (var tail = 0; tail < 1 << rest; tail++)
        {
            Lookup[(code << rest) | tail] = size == 0 || size > rest
                ? Entry(symbol, length)
                : Forward(symbol) | (uint)(length + size) | ((uint)(ushort)Extended(tail >> (rest - size), size) << 16);
        }
    }

    private uint Entry(byte symbol, int length)
    {
        var size = SizeOf(symbol);
        return Forward(symbol) | (uint)length | (size == 0 ? 0 : ValueFollows | ((uint)size << 16));
    }

    private int SizeOf(byte symbol) => isDc ? symbol : symbol & 15;

    private uint Forward(byte symbol) => isDc ? 0u : (uint)(symbol == 0 ? EndOfBlock : (symbol >> 4) + 1) << 8;

    /// <summary>T.81 figure F.12: values whose first bit is 0 are negative.</summary>
    private static int Extended(int bits, int size) => bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
}
