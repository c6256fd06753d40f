using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Redaction;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Redaction;

/// <summary>Frames and masks for tests, and what a masked sample is in each layout.</summary>
internal static class Frames
{
    public static readonly byte[] Key = [.. Enumerable.Range(0, DitherNoise.KeyBytes).Select(i => (byte)i)];

    public static readonly DitherNoise Noise = new(Key);

    public static PixelImage Random(PixelLayout layout, int width, int height, SeededGenerator generator)
    {
        var image = PixelImage.Create(layout, width, height);
        generator.Fill(image.Bytes);
        return image;
    }

    /// <summary>A frame of one gray.</summary>
    public static PixelImage Gray(PixelLayout layout, int width, int height, byte luma)
    {
        var image = PixelImage.Create(layout, width, height);
        image.Bytes.Fill(luma);
        if (layout is PixelLayout.I420 or PixelLayout.Nv12)
        {
            image.Bytes[(width * height)..].Fill(128);
        }

        return image;
    }

    public static RegionBox RandomBox(int width, int height, SeededGenerator generator) => new(
        generator.NextSingle(-30, width),
        generator.NextSingle(-30, height),
        generator.NextSingle(1, Math.Max(2, width / 3f)),
        generator.NextSingle(1, Math.Max(2, height / 3f)));

    /// <summary>An outline of some runs of cells within a rectangle that lies in an image.</summary>
    public static Outline RandomOutline(int width, int height, SeededGenerator generator)
    {
        var (columns, rows) = ((width + Outline.CellSide - 1) / Outline.CellSide, (height + Outline.CellSide - 1) / Outline.CellSide);
        var (left, top) = (generator.Next(0, columns), generator.Next(0, rows));
        var room = new PixelRect(left, top, generator.Next(left + 1, columns + 1), generator.Next(top + 1, rows + 1));
        var outline = new Outline();
        outline.Reset(room, 4);
        for (var row = room.Top; row < room.Bottom; row++)
        {
            var start = generator.Next(room.Left, room.Right);
            outline.Set(row, start, generator.Next(start + 1, room.Right + 1));
        }

        return outline;
    }

    /// <summary>Gives every byte of the image that belongs to a masked pixel another value, alpha too.</summary>
    public static void ChangeInside(PixelImage image, MaskMap mask, SeededGenerator generator)
    {
        for (var i = 0; i < image.Length; i++)
        {
            if (IsMaskedByte(image, mask, i))
            {
                image.Bytes[i] = (byte)generator.Next(0, 256);
            }
        }
    }

    /// <summary>True when a byte of the image belongs to a masked pixel; computed from the layouts' definitions alone.</summary>
    public static bool IsMaskedByte(PixelImage image, MaskMap mask, int index)
    {
        int width = image.Width, pixels = width * image.Height;
        int halfWidth = (width + 1) / 2, halfPixels = halfWidth * ((image.Height + 1) / 2);
        if (image.Layout == PixelLayout.Rgb24)
        {
            return mask.IsMasked(index / 3 % width, index / 3 / width);
        }

        if (image.Layout == PixelLayout.Bgra32)
        {
            return mask.IsMasked(index / 4 % width, index / 4 / width);
        }

        if (index < pixels)
        {
            return mask.IsMasked(index % width, index / width);
        }

        var sample = image.Layout == PixelLayout.I420 ? (index - pixels) % halfPixels : (index - pixels) / 2;
        return mask.IsMasked(sample % halfWidth * 2, sample / halfWidth * 2);
    }

    public static IMaskFiller Filler(RedactionTechnique technique)
    {
        Assert.True(MaskFillers.TryCreate(technique, allowWeak: true, out var filler));
        return filler;
    }
}
