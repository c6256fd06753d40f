using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>Where the samples of one channel lie in the bytes of an image.</summary>
/// <param name="Offset">First sample.</param>
/// <param name="Width">Samples in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Stride">Bytes from one row to the next.</param>
/// <param name="Step">Bytes from one sample to the next.</param>
/// <param name="Shift">0 for a sample at each pixel, 1 for one at each 2 x 2 pixels.</param>
internal readonly record struct ImageChannel(int Offset, int Width, int Height, int Stride, int Step, int Shift);

/// <summary>The three colour channels of an image in their native layout. Alpha is none of them.</summary>
internal readonly record struct ImageChannels(ImageChannel First, ImageChannel Second, ImageChannel Third)
{
    /// <summary>Number of channels in every layout.</summary>
    public const int Count = 3;

    /// <summary>One of the channels.</summary>
    public ImageChannel this[int index] => index switch
    {
        0 => First,
        1 => Second,
        2 => Third,
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    /// <summary>The channels of an image: Y, U, V, or the colours in the order of their bytes.</summary>
    public static ImageChannels Of(PixelImage image)
    {
        int width = image.Width, height = image.Height, pixels = width * height;
        int halfWidth = (width + 1) / 2, halfHeight = (height + 1) / 2;
        var luma = new ImageChannel(0, width, height, width, 1, 0);
        return image.Layout switch
        {
            PixelLayout.I420 => new ImageChannels(
                luma,
                new ImageChannel(pixels, halfWidth, halfHeight, halfWidth, 1, 1),
                new ImageChannel(pixels + (halfWidth * halfHeight), halfWidth, halfHeight, halfWidth, 1, 1)),
            PixelLayout.Nv12 => new ImageChannels(
                luma,
                new ImageChannel(pixels, halfWidth, halfHeight, 2 * halfWidth, 2, 1),
                new ImageChannel(pixels + 1, halfWidth, halfHeight, 2 * halfWidth, 2, 1)),
            PixelLayout.Rgb24 => Packed(width, height, 3),
            PixelLayout.Bgra32 => Packed(width, height, 4),
            _ => throw new ArgumentOutOfRangeException(nameof(image)),
        };
    }

    private static ImageChannels Packed(int width, int height, int step) => new(
        new ImageChannel(0, width, height, width * step, step, 0),
        new ImageChannel(1, width, height, width * step, step, 0),
        new ImageChannel(2, width, height, width * step, step, 0));
}
