namespace Gateway.Deidentification.Media;

/// <summary>A rectangle of whole pixels, origin top left, right and bottom exclusive.</summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Right">Column after the last.</param>
/// <param name="Bottom">Row after the last.</param>
public readonly record struct PixelRect(int Left, int Top, int Right, int Bottom)
{
    /// <summary>Number of columns, 0 or more for a rectangle that is not inside out.</summary>
    public int Width => Right - Left;

    /// <summary>Number of rows.</summary>
    public int Height => Bottom - Top;

    /// <summary>True when no pixel is inside.</summary>
    public bool IsEmpty => Right <= Left || Bottom <= Top;

    /// <summary>The part that lies inside an image of the given size.</summary>
    public PixelRect ClipTo(int width, int height) =>
        new(Math.Clamp(Left, 0, width), Math.Clamp(Top, 0, height), Math.Clamp(Right, 0, width), Math.Clamp(Bottom, 0, height));
}
