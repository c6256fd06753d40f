using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Tests.Detection;

public sealed class TensorWriterTests
{
    public static TheoryData<PixelLayout, int, int, int, int> Cases()
    {
        var cases = new TheoryData<PixelLayout, int, int, int, int>();
        foreach (var layout in Enum.GetValues<PixelLayout>())
        {
            cases.Add(layout, 96, 64, 96, 64);
            cases.Add(layout, 97, 63, 97, 63);
            cases.Add(layout, 96, 64, 48, 32);
            cases.Add(layout, 131, 77, 40, 24);
            cases.Add(layout, 30, 20, 60, 40);
            cases.Add(layout, 1, 1, 1, 1);
            cases.Add(layout, 7, 3, 5, 2);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_scaled_picture_is_the_mean_of_the_pixels_it_covers(PixelLayout layout, int width, int height, int contentWidth, int contentHeight)
    {
        using var image = Gradient(layout, width, height);
        var pass = new Pass(new PixelRect(0, 0, width, height), contentWidth, contentHeight, new CanvasSize(96 + 32, 64 + 32), WeakSidePxMax: 300);

        var tensor = Write(image, pass);

        for (var y = 0; y < contentHeight; y++)
        {
            for (var x = 0; x < contentWidth; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    var expected = Expected(width, height, (x + 0.5) / pass.ScaleX, (y + 0.5) / pass.ScaleY, channel);
                    Assert.InRange(At(tensor, pass, x, y, channel), expected - Tolerance(layout, width, contentWidth), expected + Tolerance(layout, width, contentWidth));
                }
            }
        }
    }

    [Fact]
    public void Values_come_in_the_order_and_range_of_the_model()
    {
        using var image = Gradient(PixelLayout.Bgra32, 24, 16);
        var input = new ModelInput { Name = "input", MultipleOf = 32, IsRgb = true, RangeMax = 1, Mean = [0.5f, 0.4f, 0.3f], Deviation = [0.2f, 0.25f, 0.5f], Padding = 114 };
        var pass = new Pass(new PixelRect(0, 0, 24, 16), 24, 16, new CanvasSize(32, 32), WeakSidePxMax: 300);
        var tensor = new float[3 * pass.Canvas.Area];

        new TensorWriter(input).Write(image, new PassGeometry(pass, 24, 16), tensor);

        for (var channel = 0; channel < 3; channel++)
        {
            for (var y = 0; y < 32; y++)
            {
                for (var x = 0; x < 32; x++)
                {
                    var value = x < 24 && y < 16 ? image.Bytes[(4 * ((y * 24) + x)) + 2 - channel] : 114;
                    Assert.Equal(((value / 255f) - input.Mean[channel]) / input.Deviation[channel], At(tensor, pass, x, y, channel), 4);
                }
            }
        }
    }

    [Fact]
    public void A_tile_shows_its_own_part_of_the_picture()
    {
        using var image = Gradient(PixelLayout.Bgra32, 96, 64);
        var pass = new Pass(new PixelRect(31, 20, 63, 52), 32, 32, new CanvasSize(32, 32), WeakSidePxMax: 300);

        var tensor = Write(image, pass);

        Assert.Equal(image.Bytes[4 * ((20 * 96) + 31)], At(tensor, pass, 0, 0, 0));
        Assert.Equal(image.Bytes[(4 * ((51 * 96) + 62)) + 2], At(tensor, pass, 31, 31, 2));
    }

    [Theory]
    [InlineData(PixelLayout.Bgra32)]
    [InlineData(PixelLayout.I420)]
    public void The_canvas_beyond_the_content_is_zero_whatever_was_there(PixelLayout layout)
    {
        using var image = Gradient(layout, 50, 40);
        var pass = new Pass(new PixelRect(0, 0, 50, 40), 50, 40, new CanvasSize(64, 64), WeakSidePxMax: 300);

        var tensor = Write(image, pass);

        for (var at = 0; at < tensor.Length; at++)
        {
            var (x, y) = (at % 64, at / 64 % 64);
            Assert.True(x < 50 && y < 40 || tensor[at] == 0, $"({x}, {y}) is {tensor[at]}");
        }
    }

    private static float[] Write(PixelImage image, Pass pass)
    {
        var tensor = new float[3 * pass.Canvas.Area];
        Array.Fill(tensor, float.NaN);
        new TensorWriter(new ModelInput { Name = "input", MultipleOf = 32 }).Write(image, new PassGeometry(pass, image.Width, image.Height), tensor);
        return tensor;
    }

    private static float At(float[] tensor, Pass pass, int x, int y, int channel) =>
        tensor[(channel * pass.Canvas.Area) + (y * pass.Canvas.Width) + x];

    /// <summary>Rounding to bytes, and at the borders half a step of the gradient.</summary>
    private static double Tolerance(PixelLayout layout, int width, int contentWidth) =>
        1.01 + (width == contentWidth ? 0 : 60.0 / width) + (layout is PixelLayout.I420 or PixelLayout.Nv12 ? 2.5 + (120.0 / width) : 0);

    /// <summary>A picture whose means are known: each channel is linear in x and y. Channels in the order blue, green, red.</summary>
    private static double Expected(int width, int height, double x, double y, int channel) => channel switch
    {
        0 => 80 + (60 * x / width),
        1 => 100 + (50 * y / height),
        _ => 160 - (60 * x / width),
    };

    private static PixelImage Gradient(PixelLayout layout, int width, int height)
    {
        var image = PixelImage.Create(layout, width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                Set(image, x, y, Expected(width, height, x + 0.5, y + 0.5, 0), Expected(width, height, x + 0.5, y + 0.5, 1), Expected(width, height, x + 0.5, y + 0.5, 2));
            }
        }

        return image;
    }

    private static void Set(PixelImage image, int x, int y, double blue, double green, double red)
    {
        var bytes = image.Bytes;
        var at = (y * image.Width) + x;
        switch (image.Layout)
        {
            case PixelLayout.Bgra32:
                (bytes[4 * at], bytes[(4 * at) + 1], bytes[(4 * at) + 2]) = (Round(blue), Round(green), Round(red));
                break;
            case PixelLayout.Rgb24:
                (bytes[3 * at], bytes[(3 * at) + 1], bytes[(3 * at) + 2]) = (Round(red), Round(green), Round(blue));
                break;
            default:
                // ITU-R BT.601-7 clause 2.5: video range.
                var luma = (0.299 * red) + (0.587 * green) + (0.114 * blue);
                bytes[at] = Round(16 + (219 * luma / 255));
                var (size, chroma) = (image.Width * image.Height, ((y / 2) * ((image.Width + 1) / 2)) + (x / 2));
                var isNv12 = image.Layout == PixelLayout.Nv12;
                bytes[size + (isNv12 ? 2 * chroma : chroma)] = Round(128 + (224 * (blue - luma) / 1.772 / 255));
                bytes[isNv12 ? size + (2 * chroma) + 1 : size + ((bytes.Length - size) / 2) + chroma] = Round(128 + (224 * (red - luma) / 1.402 / 255));
                break;
        }
    }

    private static byte Round(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);
}
