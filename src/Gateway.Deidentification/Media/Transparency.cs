namespace Gateway.Deidentification.Media;

/// <summary>
/// What viewers make of transparent pixels. A detector that looks at colours alone misses what only the alpha channel draws: a black square
/// whose transparency has the shape of a face is a face on white paper.
/// </summary>
internal static class Transparency
{
    private const int PixelBytes = 4;

    /// <summary>True when any pixel is not opaque.</summary>
    public static bool IsUsed(PixelImage image)
    {
        RequireBgra(image);
        ReadOnlySpan<byte> bytes = image.Bytes;
        for (var i = PixelBytes - 1; i < bytes.Length; i += PixelBytes)
        {
            if (bytes[i] != byte.MaxValue)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A copy of the image as it looks in front of a gray, opaque.</summary>
    public static PixelImage Before(PixelImage image, byte gray)
    {
        RequireBgra(image);
        var seen = image.Copy();
        var bytes = seen.Bytes;
        for (var i = 0; i < bytes.Length; i += PixelBytes)
        {
            var pixel = bytes.Slice(i, PixelBytes);
            var alpha = pixel[3];
            for (var channel = 0; channel < 3; channel++)
            {
                pixel[channel] = (byte)(((pixel[channel] * alpha) + (gray * (255 - alpha)) + 127) / 255);
            }

            pixel[3] = byte.MaxValue;
        }

        return seen;
    }

    private static void RequireBgra(PixelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Layout != PixelLayout.Bgra32)
        {
            throw new ArgumentException("Only BGRA32 has an alpha channel.", nameof(image));
        }
    }
}
