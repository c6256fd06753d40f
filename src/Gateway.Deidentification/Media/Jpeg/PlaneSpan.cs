namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>The samples of one plane of an I420 image, rows without padding.</summary>
/// <param name="samples">All samples.</param>
/// <param name="width">Samples in a row.</param>
/// <param name="height">Rows.</param>
internal readonly ref struct PlaneSpan(Span<byte> samples, int width, int height)
{
    public Span<byte> Samples { get; } = samples;

    public int Width { get; } = width;

    public int Height { get; } = height;

    /// <summary>One plane of an I420 image: 0 for Y, 1 for U, 2 for V.</summary>
    public static PlaneSpan Of(PixelImage image, int index)
    {
        int halfWidth = (image.Width + 1) / 2, halfHeight = (image.Height + 1) / 2, luma = image.Width * image.Height;
        return index == 0
            ? new PlaneSpan(image.Bytes[..luma], image.Width, image.Height)
            : new PlaneSpan(image.Bytes.Slice(luma + ((index - 1) * halfWidth * halfHeight), halfWidth * halfHeight), halfWidth, halfHeight);
    }

    /// <summary>True where a square lies wholly inside.</summary>
    public bool Holds(int x, int y, int side) => x + side <= Width && y + side <= Height;

    /// <summary>Everything from a sample on.</summary>
    public Span<byte> From(int x, int y) => Samples[((y * Width) + x)..];

    /// <summary>Writes the part of a tile that lies inside.</summary>
    public void WriteClipped(ReadOnlySpan<byte> tile, int tileStride, int x, int y, int width, int height)
    {
        var columns = Math.Min(width, Width - x);
        for (var row = 0; row < height && y + row < Height && columns > 0; row++)
        {
            tile.Slice(row * tileStride, columns).CopyTo(From(x, y + row));
        }
    }
}
