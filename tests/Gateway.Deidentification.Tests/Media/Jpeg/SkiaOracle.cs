using Gateway.Deidentification.Media;
using SkiaSharp;

namespace Gateway.Deidentification.Tests.Media.Jpeg;

/// <summary>libjpeg-turbo, which Skia decodes JPEG with.</summary>
internal static class SkiaOracle
{
    /// <summary>The samples of a gray file.</summary>
    public static byte[] Gray(byte[] file)
    {
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        Assert.NotNull(codec);
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Gray8, SKAlphaType.Opaque);
        var pixels = new byte[info.Width * info.Height];
        using var bitmap = new SKBitmap(info);
        Assert.Equal(SKCodecResult.Success, codec.GetPixels(info, bitmap.GetPixels()));
        for (var y = 0; y < info.Height; y++)
        {
            bitmap.GetPixelSpan().Slice(y * bitmap.RowBytes, info.Width).CopyTo(pixels.AsSpan(y * info.Width));
        }

        return pixels;
    }

    /// <summary>The picture of any file, which must be whole.</summary>
    public static PixelImage Bgra(byte[] file)
    {
        using var data = SKData.CreateCopy(file);
        using var codec = SKCodec.Create(data);
        Assert.NotNull(codec);
        var image = PixelImage.Create(PixelLayout.Bgra32, codec.Info.Width, codec.Info.Height);
        var info = new SKImageInfo(image.Width, image.Height, SKColorType.Bgra8888, SKAlphaType.Opaque);
        Assert.Equal(SKCodecResult.Success, PinnedPixels.Use(image, pixels => codec.GetPixels(info, pixels)));
        return image;
    }
}
