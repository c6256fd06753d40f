namespace Gateway.Deidentification.Media;

/// <summary>How a still image was encoded, so that it can be encoded again in the same manner and not worse.</summary>
/// <param name="Format">Format it came in.</param>
public sealed record StillTraits(StillFormat Format)
{
    /// <summary>True when the file has an alpha channel or a transparent colour.</summary>
    public bool HasAlpha { get; init; }

    /// <summary>True when the file has one luma channel only.</summary>
    public bool IsGray { get; init; }

    /// <summary>
    /// JPEG only: a quality 1 to 100 of the usual scale whose quantisation tables are nowhere coarser than the file's. Default 95.
    /// </summary>
    public int JpegQuality { get; init; } = 95;

    /// <summary>JPEG only: how finely colour is sampled.</summary>
    public ChromaSampling Chroma { get; init; } = ChromaSampling.Quarter;

    /// <summary>WebP only: true when the file is coded without loss (VP8L).</summary>
    public bool Lossless { get; init; }
}
