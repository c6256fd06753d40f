namespace Gateway.Deidentification.Media;

/// <summary>How the bytes of an uncompressed image are laid out. Rows and planes follow each other without padding.</summary>
public enum PixelLayout
{
    /// <summary>8-bit Y plane, then U and V planes of half width and half height, both rounded up.</summary>
    I420,

    /// <summary>8-bit Y plane, then one plane of interleaved U and V of half width and half height, both rounded up.</summary>
    Nv12,

    /// <summary>3 bytes a pixel: red, green, blue.</summary>
    Rgb24,

    /// <summary>4 bytes a pixel: blue, green, red, alpha.</summary>
    Bgra32,
}
