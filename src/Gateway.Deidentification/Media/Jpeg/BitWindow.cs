namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>The next bits of coded data.</summary>
internal struct BitWindow
{
    /// <summary>The next bits, the first at the top; zeros below them.</summary>
    public ulong Bits;

    /// <summary>How many of them are there.</summary>
    public int Count;

    /// <summary>Byte from which the window is filled up.</summary>
    public int At;

    /// <summary>Bits read so far, counted from the beginning of the data.</summary>
    public readonly uint Position => (uint)((At * 8L) - Count);

    /// <summary>A window that begins at a bit.</summary>
    public static BitWindow From(ReadOnlySpan<byte> data, uint position)
    {
        var at = (int)(position >> 3);
        var used = (int)(position & 7);
        return new BitWindow { Bits = (ulong)data[at] << (56 + used), Count = 8 - used, At = at + 1 };
    }
}
