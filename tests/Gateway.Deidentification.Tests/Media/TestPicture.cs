using Gateway.Deidentification.Media;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Media;

/// <summary>Pictures made of bytes whose expected values are easy to state.</summary>
internal static class TestPicture
{
    /// <summary>Colours of <see cref="Quarters"/>: top left, top right, bottom left, bottom right; blue, green, red, alpha.</summary>
    public static readonly byte[][] QuarterColours =
    [
        [200, 40, 30, 255],
        [30, 180, 60, 255],
        [40, 50, 210, 255],
        [220, 215, 210, 255],
    ];

    /// <summary>Four flat quarters, so that any turn or mirroring shows and lossy coding changes next to nothing.</summary>
    public static PixelImage Quarters(int width, int height)
    {
        var image = PixelImage.Create(PixelLayout.Bgra32, width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                QuarterColours[(y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)].CopyTo(image.Bytes[(4 * ((y * width) + x))..]);
            }
        }

        return image;
    }

    /// <summary>Every byte random, alpha too where wanted.</summary>
    public static PixelImage Noise(int width, int height, ulong seed, bool alpha = false, PixelLayout layout = PixelLayout.Bgra32)
    {
        var image = PixelImage.Create(layout, width, height);
        new SeededGenerator(seed).Fill(image.Bytes);
        if (layout == PixelLayout.Bgra32 && !alpha)
        {
            MakeOpaque(image);
        }

        return image;
    }

    /// <summary>Soft waves as photographs have, with a little grain.</summary>
    public static PixelImage Waves(int width, int height, ulong seed = 1)
    {
        var grain = new SeededGenerator(seed);
        var image = PixelImage.Create(PixelLayout.Bgra32, width, height);
        for (var i = 0; i < width * height; i++)
        {
            var (x, y) = (i % width, i / width);
            for (var channel = 0; channel < 3; channel++)
            {
                var wave = MathF.Sin((x / (9f + channel)) + channel) + MathF.Sin(y / (13f - channel));
                image.Bytes[(4 * i) + channel] = (byte)(128 + (50 * wave) + grain.Next(-6, 7));
            }

            image.Bytes[(4 * i) + 3] = 255;
        }

        return image;
    }

    public static byte[] PixelAt(PixelImage image, int x, int y) => image.Bytes.Slice(4 * ((y * image.Width) + x), 4).ToArray();

    private static void MakeOpaque(PixelImage image)
    {
        for (var i = 3; i < image.Length; i += 4)
        {
            image.Bytes[i] = 255;
        }
    }
}
