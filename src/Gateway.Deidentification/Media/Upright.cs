using System.Runtime.InteropServices;

namespace Gateway.Deidentification.Media;

/// <summary>Bakes the orientation of a stored image into its pixels: once metadata is gone nothing says any more how to hold it.</summary>
internal static class Upright
{
    /// <summary>Side of the squares that are turned at a time, so that both source rows and target columns stay in the cache.</summary>
    private const int Tile = 32;

    /// <summary>Returns the upright image. The given image is used up: it is returned, or disposed.</summary>
    public static PixelImage Turn(PixelImage stored, Orientation orientation)
    {
        if (orientation == Orientation.TopLeft)
        {
            return stored;
        }

        using (stored)
        {
            var transposed = orientation >= Orientation.LeftTop;
            var upright = PixelImage.Create(
                PixelLayout.Bgra32, transposed ? stored.Height : stored.Width, transposed ? stored.Width : stored.Height);
            Copy(stored, upright, orientation);
            return upright;
        }
    }

    private static void Copy(PixelImage stored, PixelImage upright, Orientation orientation)
    {
        var source = MemoryMarshal.Cast<byte, uint>(stored.Bytes);
        var target = MemoryMarshal.Cast<byte, uint>(upright.Bytes);
        var (start, column, row) = Steps(orientation, upright.Width, upright.Height);
        for (var top = 0; top < stored.Height; top += Tile)
        {
            for (var left = 0; left < stored.Width; left += Tile)
            {
                var width = Math.Min(Tile, stored.Width - left);
                for (var y = top; y < Math.Min(top + Tile, stored.Height); y++)
                {
                    var to = start + (y * row) + (left * column);
                    foreach (var pixel in source.Slice((y * stored.Width) + left, width))
                    {
                        target[to] = pixel;
                        to += column;
                    }
                }
            }
        }
    }

    /// <summary>Where the first stored pixel goes, and how far the target moves for one stored column and one stored row.</summary>
    private static (int Start, int Column, int Row) Steps(Orientation orientation, int width, int height)
    {
        int right = width - 1, bottom = (height - 1) * width;
        return orientation switch
        {
            Orientation.TopRight => (right, -1, width),
            Orientation.BottomRight => (bottom + right, -1, -width),
            Orientation.BottomLeft => (bottom, 1, -width),
            Orientation.LeftTop => (0, width, 1),
            Orientation.RightTop => (right, width, -1),
            Orientation.RightBottom => (bottom + right, -width, -1),
            Orientation.LeftBottom => (bottom, -width, 1),
            _ => (0, 1, width),
        };
    }
}
