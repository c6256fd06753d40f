using Gateway.Deidentification.Media;

namespace Gateway.Server.Tests.Deidentification;

/// <summary>Turns BGRA pictures of even sides into the other layouts of a stream (BT.601, full range), by the definitions alone.</summary>
internal static class PixelConversion
{
    public static byte[] ToRgb(PixelImage image)
    {
        var rgb = new byte[3 * image.Width * image.Height];
        for (var i = 0; i < image.Width * image.Height; i++)
        {
            (rgb[3 * i], rgb[(3 * i) + 1], rgb[(3 * i) + 2]) = (image.Bytes[(4 * i) + 2], image.Bytes[(4 * i) + 1], image.Bytes[4 * i]);
        }

        return rgb;
    }

    public static byte[] ToI420(PixelImage image)
    {
        var (u, v) = (Chroma(image, -0.169f, -0.331f, 0.5f), Chroma(image, 0.5f, -0.419f, -0.081f));
        return [.. Luma(image), .. u, .. v];
    }

    public static byte[] ToNv12(PixelImage image)
    {
        var (u, v) = (Chroma(image, -0.169f, -0.331f, 0.5f), Chroma(image, 0.5f, -0.419f, -0.081f));
        return [.. Luma(image), .. u.Zip(v, (first, second) => new[] { first, second }).SelectMany(pair => pair)];
    }

    private static byte[] Luma(PixelImage image)
    {
        var luma = new byte[image.Width * image.Height];
        for (var i = 0; i < luma.Length; i++)
        {
            luma[i] = Weighted(image, i, 0.299f, 0.587f, 0.114f, 0);
        }

        return luma;
    }

    private static byte[] Chroma(PixelImage image, float red, float green, float blue)
    {
        var chroma = new byte[image.Width / 2 * (image.Height / 2)];
        for (var i = 0; i < chroma.Length; i++)
        {
            var (x, y) = (i % (image.Width / 2), i / (image.Width / 2));
            chroma[i] = Weighted(image, (2 * y * image.Width) + (2 * x), red, green, blue, 128);
        }

        return chroma;
    }

    private static byte Weighted(PixelImage image, int pixel, float red, float green, float blue, float offset)
    {
        var at = image.Bytes.Slice(4 * pixel, 3);
        return (byte)Math.Clamp((red * at[2]) + (green * at[1]) + (blue * at[0]) + offset, 0, 255);
    }
}
