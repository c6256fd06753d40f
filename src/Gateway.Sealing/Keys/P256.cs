namespace Gateway.Sealing.Keys;

/// <summary>Sizes of the one curve of the profile.</summary>
internal static class P256
{
    /// <summary>Bytes of one coordinate.</summary>
    public const int CoordinateBytes = 32;

    /// <summary>Bytes of an uncompressed point, SEC 1 section 2.3.3.</summary>
    public const int PointBytes = 1 + (2 * CoordinateBytes);

    /// <summary>First byte of an uncompressed point.</summary>
    public const byte Uncompressed = 4;
}
