using System.Security.Cryptography;

namespace Gateway.Deidentification.Redaction;

/// <summary>
/// Fine grain that keeps smooth fills from showing bands and from looking pasted on. It is drawn from a random key and the position alone:
/// nothing in the picture influences it, and who does not know the key cannot subtract it.
/// </summary>
internal sealed class DitherNoise
{
    /// <summary>Bytes of a key.</summary>
    public const int KeyBytes = 32;

    /// <summary>Parts of a step of 8 bits in which grain is given.</summary>
    public const int PartsPerLevel = 128;

    /// <summary>Largest grain in steps of 8 bits; its distribution is a triangle around 0.</summary>
    private const int Amplitude = 2;

    /// <summary>HKDF yields at most 255 digests.</summary>
    private const int MaterialBytes = 255 * 32;

    /// <summary>Positions that may be read behind the end of the table, so that a block never wraps in the middle.</summary>
    private const int Overlap = MaskMap.BlockSide;

    private const int TableSize = (MaterialBytes / 2) - Overlap;

    private static readonly short[] None = new short[Overlap];

    private readonly short[] _table = new short[TableSize + Overlap];
    private readonly uint _seed;

    /// <summary>Makes the grain of one key.</summary>
    /// <exception cref="ArgumentException">The key has another length than <see cref="KeyBytes"/>.</exception>
    public DitherNoise(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyBytes);
        var material = new byte[MaterialBytes];
        HKDF.Expand(HashAlgorithmName.SHA256, key, material, "gateway dither"u8);
        for (var i = 0; i < _table.Length; i++)
        {
            // The difference of two even distributions is a triangle.
            var difference = material[i] - material[i + (MaterialBytes / 2)];
            _table[i] = (short)(difference * Amplitude * PartsPerLevel / 255);
        }

        _seed = BitConverter.ToUInt32(material, MaterialBytes - 4);
    }

    /// <summary>Makes grain from a key that nobody keeps.</summary>
    public static DitherNoise WithRandomKey()
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        RandomNumberGenerator.Fill(key);
        var noise = new DitherNoise(key);
        CryptographicOperations.ZeroMemory(key);
        return noise;
    }

    /// <summary>The grain of one frame; frames with different numbers have different grain.</summary>
    public Frame ForFrame(ulong number) => new(_table, Mix(_seed ^ (uint)number, (uint)(number >> 32)));

    private static uint Mix(uint a, uint b)
    {
        // A cheap bijective scramble (multiply, fold): rows and frames must begin at places of the table that look unrelated.
        var mixed = (a ^ (b * 0x9E3779B9u)) * 0x85EBCA6Bu;
        mixed = (mixed ^ (mixed >> 13)) * 0xC2B2AE35u;
        return mixed ^ (mixed >> 16);
    }

    /// <summary>Grain of one frame; <see langword="default"/> is no grain.</summary>
    public readonly ref struct Frame(short[]? table, uint seed)
    {
        /// <summary>Grain of one row of one channel.</summary>
        public Row Row(int row, int channel) => new(table, table is null ? 0 : Mix(seed + (uint)channel, (uint)row));
    }

    /// <summary>Grain of one row.</summary>
    public readonly ref struct Row(short[]? table, uint start)
    {
        /// <summary>Grain of 16 positions, beginning at a column, in <see cref="PartsPerLevel"/>.</summary>
        public ReadOnlySpan<short> Block(int column) => table is null ? None : table.AsSpan((int)((start + (uint)column) % TableSize), Overlap);
    }
}
