namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>The tables of one file. Made once and set again for the next file: the frames of a stream have the same tables.</summary>
internal sealed class JpegTables
{
    private const int Slots = 4;

    private readonly QuantTable[] _quant = [.. Enumerable.Range(0, Slots).Select(_ => new QuantTable())];
    private readonly HuffmanTable[] _dc = [.. Enumerable.Range(0, Slots).Select(_ => new HuffmanTable(isDc: true))];
    private readonly HuffmanTable[] _ac = [.. Enumerable.Range(0, Slots).Select(_ => new HuffmanTable(isDc: false))];
    private readonly bool[] _isDefined = new bool[3 * Slots];

    /// <summary>Forgets which tables the file before defined; slots 0 and 1 then hold the standard's Huffman tables, as decoders have it.</summary>
    public void Begin()
    {
        Array.Clear(_isDefined);
        foreach (var table in _quant)
        {
            table.IsSet = false;
        }
    }

    public QuantTable? Quant(int slot) => slot < Slots && _quant[slot].IsSet ? _quant[slot] : null;

    public HuffmanTable? Dc(int slot) => Huffman(slot, isDc: true);

    public HuffmanTable? Ac(int slot) => Huffman(slot, isDc: false);

    /// <summary>Reads one DQT segment (T.81 B.2.4.1); false when it is malformed.</summary>
    public bool TryReadQuant(ReadOnlySpan<byte> payload)
    {
        while (!payload.IsEmpty)
        {
            int wide = payload[0] >> 4, slot = payload[0] & 15;
            var length = 1 + (CoefficientOrder.Count << (wide & 1));
            if (wide > 1 || slot >= Slots || payload.Length < length || !_quant[slot].TrySet(payload[1..length], wide == 1))
            {
                return false;
            }

            payload = payload[length..];
        }

        return true;
    }

    /// <summary>Reads one DHT segment (T.81 B.2.4.2); false when it is malformed.</summary>
    public bool TryReadHuffman(ReadOnlySpan<byte> payload)
    {
        while (!payload.IsEmpty)
        {
            if (payload.Length < 17)
            {
                return false;
            }

            int kind = payload[0] >> 4, slot = payload[0] & 15, symbols = 0;
            foreach (var count in payload[1..17])
            {
                symbols += count;
            }

            if (kind > 1 || slot >= Slots || payload.Length < 17 + symbols
                || !(kind == 0 ? _dc : _ac)[slot].TrySet(payload[1..17], payload.Slice(17, symbols)))
            {
                return false;
            }

            _isDefined[(kind * Slots) + slot] = true;
            payload = payload[(17 + symbols)..];
        }

        return true;
    }

    private HuffmanTable? Huffman(int slot, bool isDc)
    {
        if (slot >= Slots)
        {
            return null;
        }

        var table = (isDc ? _dc : _ac)[slot];
        if (_isDefined[((isDc ? 0 : 1) * Slots) + slot])
        {
            return table;
        }

        if (slot > 1)
        {
            return null;
        }

        StandardTables.Set(table, isDc, isLuma: slot == 0);
        return table;
    }
}
