using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.TestKit;
using SkiaSharp;

namespace Gateway.Deidentification.Tests.Detection;

public sealed class BlindFrameTests
{
    [Theory]
    [InlineData(0, 20)]
    [InlineData(245, 255)]
    [InlineData(100, 105)]
    public void A_frame_too_dark_too_bright_or_too_flat_is_blind(int darkest, int brightest)
    {
        using var image = Noise(PixelLayout.Bgra32, darkest, brightest);

        Assert.True(BlindFrame.Is(LumaHistogram.Of(image)));
    }

    [Theory]
    [InlineData(PixelLayout.Bgra32)]
    [InlineData(PixelLayout.Rgb24)]
    [InlineData(PixelLayout.I420)]
    [InlineData(PixelLayout.Nv12)]
    public void A_frame_of_mixed_brightness_is_not_blind(PixelLayout layout)
    {
        using var image = Noise(layout, 20, 200);

        Assert.False(BlindFrame.Is(LumaHistogram.Of(image)));
    }

    [Fact]
    public void Black_video_is_blind_though_its_bytes_are_not_zero()
    {
        using var image = Noise(PixelLayout.I420, 16, 26);

        Assert.True(BlindFrame.Is(LumaHistogram.Of(image)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_frame_smeared_in_one_direction_beyond_recognition_is_blind(int channels)
    {
        using var image = PixelImage.Create(channels == 3 ? PixelLayout.Rgb24 : PixelLayout.I420, 640, 480);
        for (var at = 0; at < 640 * 480 * channels; at++)
        {
            // Sharp from row to row, and a slow wave along each.
            var (x, y) = (at / channels % 640, at / channels / 640);
            image.Bytes[at] = (byte)(120 + (60 * Math.Sin(x / 60.0)) + (y % 2 * 40));
        }

        Assert.True(BlindFrame.Is(LumaHistogram.Of(image)));
    }

    [Theory]
    [InlineData("photos/photo-104.jpg")]
    [InlineData("photos/photo-018.jpg")]
    [InlineData("photos/photo-110.jpg")]
    public void A_photograph_is_not_blind_until_it_is_blurred_beyond_what_a_detector_can_use(string photo)
    {
        using var sharp = Photograph(photo, sigma: 0);
        using var soft = Photograph(photo, sigma: 1.5f);
        using var lost = Photograph(photo, sigma: 60);

        Assert.False(BlindFrame.Is(LumaHistogram.Of(sharp)));
        Assert.False(BlindFrame.Is(LumaHistogram.Of(soft)));
        Assert.True(BlindFrame.Is(LumaHistogram.Of(lost)));
    }

    [Fact]
    public void Mean_and_deviation_are_those_of_the_pixels()
    {
        using var image = PixelImage.Create(PixelLayout.Rgb24, 2, 2);
        image.Bytes[..6].Fill(100);
        image.Bytes[6..].Fill(140);

        var luma = LumaHistogram.Of(image);

        Assert.Equal((120, 20), (luma.Mean, luma.StandardDeviation));
    }

    private static PixelImage Noise(PixelLayout layout, int darkest, int brightest)
    {
        var random = new SeededGenerator(5);
        var image = PixelImage.Create(layout, 160, 120);
        foreach (ref var value in image.Bytes)
        {
            value = (byte)random.Next(darkest, brightest + 1);
        }

        return image;
    }

    private static PixelImage Photograph(string photo, float sigma)
    {
        using var bitmap = SKBitmap.Decode(SharedMedia.Require(photo));
        var scale = 1280f / Math.Max(bitmap.Width, bitmap.Height);
        using var small = bitmap.Resize(new SKImageInfo((int)(bitmap.Width * scale), (int)(bitmap.Height * scale), SKColorType.Bgra8888), new SKSamplingOptions(SKCubicResampler.Mitchell));
        using var surface = SKSurface.Create(small.Info);
        using var paint = new SKPaint { ImageFilter = sigma > 0 ? SKImageFilter.CreateBlur(sigma, sigma, SKShaderTileMode.Clamp) : null };
        using var sharp = SKImage.FromBitmap(small);
        surface.Canvas.DrawImage(sharp, 0, 0, SKSamplingOptions.Default, paint);
        using var blurred = SKBitmap.FromImage(surface.Snapshot());
        return PixelImage.CopyOf(PixelLayout.Bgra32, blurred.Width, blurred.Height, blurred.GetPixelSpan());
    }
}
