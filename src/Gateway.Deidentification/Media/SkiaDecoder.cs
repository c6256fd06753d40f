using System.Runtime.InteropServices;
using SkiaSharp;

namespace Gateway.Deidentification.Media;

/// <summary>Decodes rebuilt files with Skia.</summary>
internal static class SkiaDecoder
{
    /// <summary>Decodes into an image whose size was read from the header; a decoder that sees another size is not believed.</summary>
    public static MediaOutcome Decode(byte[] file, int length, PixelImage image)
    {
        var pinnedFile = GCHandle.Alloc(file, GCHandleType.Pinned);
        try
        {
            using var data = SKData.Create(pinnedFile.AddrOfPinnedObject(), length);
            using var codec = SKCodec.Create(data);
            return codec is null ? MediaOutcome.Broken : Decode(codec, image);
        }
        finally
        {
            pinnedFile.Free();
        }
    }

    private static MediaOutcome Decode(SKCodec codec, PixelImage image)
    {
        if (codec.Info.Width != image.Width || codec.Info.Height != image.Height)
        {
            return MediaOutcome.Broken;
        }

        // Naming sRGB makes Skia convert from whatever profile the file has, so that the profile can be dropped.
        var alpha = codec.Info.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        using var srgb = SKColorSpace.CreateSrgb();
        var wanted = new SKImageInfo(image.Width, image.Height, SKColorType.Bgra8888, alpha, srgb);
        return PinnedPixels.Use(image, pixels => codec.GetPixels(wanted, pixels)) switch
        {
            SKCodecResult.Success => MediaOutcome.Decoded,
            SKCodecResult.IncompleteInput => MediaOutcome.Truncated,
            SKCodecResult.Unimplemented or SKCodecResult.InvalidConversion => MediaOutcome.UnsupportedVariant,
            _ => MediaOutcome.Broken,
        };
    }
}
