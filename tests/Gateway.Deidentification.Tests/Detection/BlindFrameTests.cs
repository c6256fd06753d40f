using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.TestKit;

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
}
