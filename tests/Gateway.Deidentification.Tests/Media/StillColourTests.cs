using System.Runtime.InteropServices;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Containers;
using SkiaSharp;

namespace Gateway.Deidentification.Tests.Media;

/// <summary>Colours of every kind of file come out right, and exactly where the format allows it.</summary>
public sealed class StillColourTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(17, 33)]
    [InlineData(160, 90)]
    public void A_png_with_alpha_comes_back_bit_by_bit_also_the_colours_of_transparent_pixels(int width, int height)
    {
        using var picture = TestPicture.Noise(width, height, seed: 5, alpha: true);

        using var once = TestFiles.Decoded(TestFiles.Png(picture, alpha: true));
        using var twice = TestFiles.Decoded(TestFiles.Codec.Encode(once.Image!, once.Traits!));

        Assert.Equal(picture.Bytes, once.Image!.Bytes);
        Assert.Equal(picture.Bytes, twice.Image!.Bytes);
    }

    [Fact]
    public void A_lossless_webp_comes_back_bit_by_bit()
    {
        using var picture = TestPicture.Noise(61, 43, seed: 6, alpha: true);
        MakeSomewhatOpaque(picture);

        using var once = TestFiles.Decoded(TestFiles.WebP(picture, lossless: true, alpha: true));
        using var twice = TestFiles.Decoded(TestFiles.Codec.Encode(once.Image!, once.Traits!));

        Assert.Equal(picture.Bytes, once.Image!.Bytes);
        Assert.Equal(picture.Bytes, twice.Image!.Bytes);
    }

    [Fact]
    public void A_lossy_webp_keeps_its_alpha()
    {
        using var picture = TestPicture.Waves(64, 48);
        for (var i = 3; i < picture.Length; i += 4)
        {
            picture.Bytes[i] = (byte)(i / 64);
        }

        using var decoded = TestFiles.Decoded(TestFiles.WebP(picture, lossless: false, alpha: true));
        using var again = TestFiles.Decoded(TestFiles.Codec.Encode(decoded.Image!, decoded.Traits!));

        Assert.Equal(StillFormat.WebP, again.Traits!.Format);
        for (var i = 3; i < picture.Length; i += 4)
        {
            Assert.Equal(picture.Bytes[i], again.Image!.Bytes[i]);
        }
    }

    [Theory]
    [InlineData(1, 0b10100000, 255, 0)]
    [InlineData(2, 0b11011011, 255, 85)]
    [InlineData(4, 0x7C, 119, 204)]
    [InlineData(8, 0x7C, 124, 200)]
    public void Gray_png_of_every_depth_is_spread_over_the_full_range(byte depth, byte packed, byte first, byte second)
    {
        byte[] row = depth == 8 ? [packed, 200] : [packed];
        using var decoded = TestFiles.Decoded(PngFixture.File(2, 1, depth, 0, row));

        Assert.Equal([first, first, first, 255], TestPicture.PixelAt(decoded.Image!, 0, 0));
        Assert.Equal([second, second, second, 255], TestPicture.PixelAt(decoded.Image!, 1, 0));
    }

    [Fact]
    public void Palette_png_has_its_colours_and_the_transparency_of_each()
    {
        byte[] palette = [10, 20, 30, 200, 100, 50];
        var file = PngFixture.File(2, 1, 8, 3, [1, 0], PngFixture.Chunk("PLTE"u8, palette), PngFixture.Chunk("tRNS"u8, 255, 77));

        using var decoded = TestFiles.Decoded(file);

        Assert.Equal([50, 100, 200, 77], TestPicture.PixelAt(decoded.Image!, 0, 0));
        Assert.Equal([30, 20, 10, 255], TestPicture.PixelAt(decoded.Image!, 1, 0));
        Assert.True(decoded.Traits!.HasAlpha);
    }

    [Fact]
    public void A_transparent_colour_of_an_rgb_png_is_transparent()
    {
        var file = PngFixture.File(2, 1, 8, 2, [9, 8, 7, 1, 2, 3], PngFixture.Chunk("tRNS"u8, 0, 9, 0, 8, 0, 7));

        using var decoded = TestFiles.Decoded(file);

        Assert.Equal(0, TestPicture.PixelAt(decoded.Image!, 0, 0)[3]);
        Assert.Equal([3, 2, 1, 255], TestPicture.PixelAt(decoded.Image!, 1, 0));
    }

    [Fact]
    public void A_16_bit_png_is_rounded_to_8_bits()
    {
        byte[] row = [0xFF, 0xFF, 0x80, 0x80, 0x00, 0x00, 0x40, 0x40];

        using var decoded = TestFiles.Decoded(PngFixture.File(1, 1, 16, 6, row));

        var pixel = TestPicture.PixelAt(decoded.Image!, 0, 0);
        Assert.Equal([0, 0x80, 0xFF, 0x40], pixel);
    }

    [Fact]
    public void Gray_png_with_alpha_keeps_both()
    {
        using var decoded = TestFiles.Decoded(PngFixture.File(2, 1, 8, 4, [90, 30, 200, 0]));

        Assert.Equal([90, 90, 90, 30], TestPicture.PixelAt(decoded.Image!, 0, 0));
        Assert.Equal([200, 200, 200, 0], TestPicture.PixelAt(decoded.Image!, 1, 0));
    }

    [Theory]
    [InlineData(45_455)]
    [InlineData(45_000)]
    public void A_gamma_that_means_sRGB_changes_nothing(uint gamma)
    {
        using var picture = TestPicture.Noise(16, 16, seed: 7);
        var chunk = PngFixture.Chunk("gAMA"u8, new ByteWriter().UInt32(gamma).ToArray());

        using var decoded = TestFiles.Decoded(PngFixture.With(TestFiles.Png(picture), chunk));

        Assert.Equal(picture.Bytes, decoded.Image!.Bytes);
    }

    [Fact]
    public void A_linear_gamma_is_converted_to_sRGB()
    {
        var linear = PngFixture.Chunk("gAMA"u8, new ByteWriter().UInt32(100_000).ToArray());

        using var decoded = TestFiles.Decoded(PngFixture.File(1, 1, 8, 2, [55, 128, 0], linear));

        // 128/255 of the light is 188 on the sRGB curve, 55/255 is 128.
        var pixel = TestPicture.PixelAt(decoded.Image!, 0, 0);
        Assert.InRange(pixel[2], 127, 129);
        Assert.InRange(pixel[1], 187, 189);
    }

    [Theory]
    [InlineData(SKEncodedImageFormat.Png, 1)]
    [InlineData(SKEncodedImageFormat.Jpeg, 3)]
    [InlineData(SKEncodedImageFormat.Webp, 3)]
    public void A_wide_gamut_profile_is_converted_to_sRGB_and_dropped(SKEncodedImageFormat format, int tolerance)
    {
        var file = DisplayP3File(format, red: 180, green: 110, blue: 90);
        Assert.True(file.AsSpan().IndexOf("ICC_PROFILE"u8) >= 0 || file.AsSpan().IndexOf("iCCP"u8) >= 0 || file.AsSpan().IndexOf("ICCP"u8) >= 0);

        using var decoded = TestFiles.Decoded(file);
        var output = TestFiles.Codec.Encode(decoded.Image!, decoded.Traits!);

        var (red, green, blue) = FromDisplayP3(180, 110, 90);
        var pixel = TestPicture.PixelAt(decoded.Image!, 8, 8);
        Assert.InRange(pixel[2], red - tolerance, red + tolerance);
        Assert.InRange(pixel[1], green - tolerance, green + tolerance);
        Assert.InRange(pixel[0], blue - tolerance, blue + tolerance);
        Assert.True(output.AsSpan().IndexOf("ICC_PROFILE"u8) < 0 && output.AsSpan().IndexOf("iCCP"u8) < 0 && output.AsSpan().IndexOf("ICCP"u8) < 0);
    }

    [Fact]
    public void A_CMYK_jpeg_of_Adobe_programs_is_decoded_to_its_colour()
    {
        // Adobe stores inverted inks: 255 is none. No cyan, all magenta and yellow, no black is red.
        byte[] adobe = [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0];

        using var decoded = TestFiles.Decoded(FlatJpeg.File(16, 16, [255, 0, 0, 255], JpegFixture.Segment(JpegMarker.App14, adobe)));

        var pixel = TestPicture.PixelAt(decoded.Image!, 8, 8);
        Assert.InRange(pixel[2], 225, 255);
        Assert.InRange(pixel[1], 0, 40);
        Assert.InRange(pixel[0], 0, 40);
    }

    [Fact]
    public void An_RGB_jpeg_of_Adobe_programs_is_not_taken_for_YCbCr()
    {
        byte[] adobe = [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0];

        using var decoded = TestFiles.Decoded(FlatJpeg.File(16, 16, [200, 100, 50], JpegFixture.Segment(JpegMarker.App14, adobe)));

        Assert.Equal([50, 100, 200, 255], TestPicture.PixelAt(decoded.Image!, 8, 8));
    }

    private static byte[] DisplayP3File(SKEncodedImageFormat format, byte red, byte green, byte blue)
    {
        using var p3 = SKColorSpace.CreateRgb(SKColorSpaceTransferFn.Srgb, SKColorSpaceXyz.DisplayP3);
        var bytes = new byte[16 * 16 * 4];
        MemoryMarshal.Cast<byte, uint>(bytes.AsSpan()).Fill(0xFF000000u | ((uint)red << 16) | ((uint)green << 8) | blue);
        using var image = SKImage.FromPixelCopy(new SKImageInfo(16, 16, SKColorType.Bgra8888, SKAlphaType.Opaque, p3), bytes);
        using var encoded = image.Encode(format, 100);
        return encoded.ToArray();
    }

    /// <summary>The conversion by its definition: linear light, matrix of the primaries, sRGB curve.</summary>
    private static (int Red, int Green, int Blue) FromDisplayP3(byte red, byte green, byte blue)
    {
        var (r, g, b) = (ToLight(red), ToLight(green), ToLight(blue));
        return (
            FromLight((1.2249 * r) - (0.2247 * g)),
            FromLight((-0.0420 * r) + (1.0419 * g)),
            FromLight((-0.0197 * r) - (0.0786 * g) + (1.0979 * b)));
    }

    private static double ToLight(byte value) => value / 255.0 <= 0.04045 ? value / 255.0 / 12.92 : Math.Pow(((value / 255.0) + 0.055) / 1.055, 2.4);

    private static int FromLight(double light) =>
        (int)Math.Round(255 * (light <= 0.0031308 ? 12.92 * light : (1.055 * Math.Pow(light, 1 / 2.4)) - 0.055));

    /// <summary>WebP encoders do not keep the colour of wholly transparent pixels, which nobody sees.</summary>
    private static void MakeSomewhatOpaque(PixelImage picture)
    {
        for (var i = 3; i < picture.Length; i += 4)
        {
            picture.Bytes[i] = Math.Max((byte)1, picture.Bytes[i]);
        }
    }
}
