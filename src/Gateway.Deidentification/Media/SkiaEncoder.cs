using SkiaSharp;

namespace Gateway.Deidentification.Media;

/// <summary>Encodes images with Skia in the manner of the file they came from.</summary>
internal static class SkiaEncoder
{
    /// <summary>WebP lossy quality. The source's own cannot be read from its header, so it is one that few cameras exceed.</summary>
    private const float WebPQuality = 92;

    /// <summary>How hard the lossless WebP coder tries; more costs a multiple of the time for a few percent of photographs.</summary>
    private const float WebPEffort = 25;

    // One filter and level 4 take a third of the time of all filters and level 6 for 5 % more bytes of photographs.
    private static readonly SKPngEncoderOptions Png = new(SKPngEncoderFilterFlags.Paeth, 4);

    /// <summary>Encodes; the file may still carry what Skia adds.</summary>
    public static SKData Encode(PixelImage image, StillTraits traits) =>
        traits is { Format: StillFormat.Jpeg, IsGray: true } ? EncodeGray(image, traits) : EncodeColour(image, traits);

    private static SKData EncodeColour(PixelImage image, StillTraits traits)
    {
        // No colour space: Skia would write it into the file as a profile, and a file without one is sRGB.
        var alpha = traits.HasAlpha ? SKAlphaType.Unpremul : SKAlphaType.Opaque;
        var info = new SKImageInfo(image.Width, image.Height, SKColorType.Bgra8888, alpha);
        return Encode(image, info, 4 * image.Width, traits);
    }

    private static SKData EncodeGray(PixelImage image, StillTraits traits)
    {
        // The I420 layout begins with a plane of one byte a pixel; only that plane is used here.
        using var gray = PixelImage.Create(PixelLayout.I420, image.Width, image.Height);
        var pixels = image.Bytes;
        var plane = gray.Bytes[..(image.Width * image.Height)];
        for (var i = 0; i < plane.Length; i++)
        {
            plane[i] = pixels[(4 * i) + 1];
        }

        return Encode(gray, new SKImageInfo(image.Width, image.Height, SKColorType.Gray8, SKAlphaType.Opaque), image.Width, traits);
    }

    private static SKData Encode(PixelImage image, SKImageInfo info, int rowBytes, StillTraits traits)
    {
        var encoded = PinnedPixels.Use(image, pixels =>
        {
            using var pixmap = new SKPixmap(info, pixels, rowBytes);
            return Encode(pixmap, traits);
        });
        return encoded ?? throw new InvalidOperationException("The encoder failed.");
    }

    private static SKData? Encode(SKPixmap pixmap, StillTraits traits) => traits.Format switch
    {
        StillFormat.Jpeg => pixmap.Encode(new SKJpegEncoderOptions(traits.JpegQuality, Downsample(traits.Chroma), SKJpegEncoderAlphaOption.Ignore)),
        StillFormat.Png => pixmap.Encode(Png),
        StillFormat.WebP when traits.Lossless => pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, WebPEffort)),
        StillFormat.WebP => pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, WebPQuality)),
        _ => throw new ArgumentOutOfRangeException(nameof(traits)),
    };

    private static SKJpegEncoderDownsample Downsample(ChromaSampling chroma) => chroma switch
    {
        ChromaSampling.Full => SKJpegEncoderDownsample.Downsample444,
        ChromaSampling.Half => SKJpegEncoderDownsample.Downsample422,
        _ => SKJpegEncoderDownsample.Downsample420,
    };
}
