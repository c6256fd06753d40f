namespace Gateway.Deidentification.Media;

/// <summary>What a still image may cost before it is refused. All limits are checked on the header, before a pixel is decoded.</summary>
public sealed record MediaLimits
{
    /// <summary>
    /// Largest file in bytes; default 32 MiB. Lower it where memory is short: a file is held whole, in the clear, while it is worked on.
    /// </summary>
    public int ImageBytesMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>
    /// Most pixels, width times height; default 64,000,000. A pixel takes 4 bytes decoded and 8 while the image is turned upright.
    /// </summary>
    public long PixelsMax { get; init; } = 64_000_000;

    /// <summary>Longest side in pixels; default 16,384. It keeps row buffers of codecs small whatever the other side is.</summary>
    public int SideMax { get; init; } = 16_384;
}
