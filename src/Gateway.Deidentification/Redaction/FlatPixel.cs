using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

internal static class FlatPixel
{
    public static void Set(PixelImage image, int x, int y)
    {
        var bytes = image.Bytes;
        var at = (y * image.Width) + x;
        switch (image.Layout)
        {
            case PixelLayout.Bgra32:
                bytes.Slice(4 * at, 3).Fill(128);
                bytes[(4 * at) + 3] = 255;
                break;
            case PixelLayout.Rgb24:
                bytes.Slice(3 * at, 3).Fill(128);
                break;
            default:
                bytes[at] = 128;
                var luma = image.Width * image.Height;
                var chroma = ((y / 2) * ((image.Width + 1) / 2)) + (x / 2);
                var isNv12 = image.Layout == PixelLayout.Nv12;
                bytes[luma + (isNv12 ? 2 * chroma : chroma)] = 128;
                bytes[isNv12 ? luma + (2 * chroma) + 1 : luma + ((bytes.Length - luma) / 2) + chroma] = 128;
                break;
        }
    }
}
