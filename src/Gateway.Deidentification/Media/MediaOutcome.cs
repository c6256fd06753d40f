namespace Gateway.Deidentification.Media;

/// <summary>What came of reading a file as a still image. Everything but <see cref="Decoded"/> is a refusal without an image.</summary>
public enum MediaOutcome
{
    /// <summary>The image is there, upright and whole.</summary>
    Decoded,

    /// <summary>No bytes.</summary>
    Empty,

    /// <summary>More bytes than <see cref="MediaLimits.ImageBytesMax"/>.</summary>
    TooManyBytes,

    /// <summary>Neither JPEG nor PNG nor WebP by its first bytes.</summary>
    UnknownFormat,

    /// <summary>The header promises more pixels than <see cref="MediaLimits.PixelsMax"/>.</summary>
    TooManyPixels,

    /// <summary>The header promises a side above <see cref="MediaLimits.SideMax"/>.</summary>
    SideTooLong,

    /// <summary>More scans than an honest progressive JPEG has: each costs a pass over all pixels.</summary>
    TooManyScans,

    /// <summary>More than one frame (APNG, animated WebP). Dropping frames in silence would lose content, keeping them would leak it.</summary>
    Animated,

    /// <summary>The file ends before the image does.</summary>
    Truncated,

    /// <summary>The bytes contradict the format or themselves.</summary>
    Broken,

    /// <summary>A variant no decoder here reads: 12-bit, arithmetic or lossless JPEG, hierarchical JPEG, unknown critical PNG chunks.</summary>
    UnsupportedVariant,

    /// <summary>The decoder died of it, or needed more time or memory than it may.</summary>
    DecoderFailed,
}
