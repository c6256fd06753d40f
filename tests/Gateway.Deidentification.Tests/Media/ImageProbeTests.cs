using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Containers;

namespace Gateway.Deidentification.Tests.Media;

public sealed class ImageProbeTests
{
    private static readonly MediaLimits Limits = new();

    [Fact]
    public void No_bytes_are_refused() => Assert.Equal(MediaOutcome.Empty, RefusalOf([]));

    [Fact]
    public void A_file_over_the_byte_limit_is_refused_before_it_is_read() =>
        Assert.Equal(MediaOutcome.TooManyBytes, RefusalOf(new byte[101], Limits with { ImageBytesMax = 100 }));

    [Theory]
    [InlineData("GIF89a------------")]
    [InlineData("BM----------------")]
    [InlineData("II*\0--------------")]
    [InlineData("\0\0\0\x18" + "ftypheic--------")]
    [InlineData("<svg xmlns='http'>")]
    [InlineData("RIFF\0\0\0\0WAVEfmt ")]
    [InlineData("x")]
    public void Another_format_is_refused(string start) =>
        Assert.Equal(MediaOutcome.UnknownFormat, RefusalOf(System.Text.Encoding.Latin1.GetBytes(start)));

    [Theory]
    [InlineData(20_000, 20_000, MediaOutcome.SideTooLong)]
    [InlineData(16_385, 1, MediaOutcome.SideTooLong)]
    [InlineData(10_000, 10_000, MediaOutcome.TooManyPixels)]
    [InlineData(0, 10, MediaOutcome.Broken)]
    [InlineData(10, 0, MediaOutcome.Broken)]
    [InlineData(uint.MaxValue, 1, MediaOutcome.Broken)]
    public void A_png_is_refused_by_the_size_in_its_header(uint width, uint height, MediaOutcome expected)
    {
        var bomb = PngFixture.Deflate(new byte[4_000_000]);
        byte[] file =
        [
            .. PngChunks.Signature, .. PngFixture.Header(width, height, 8, 6), .. PngFixture.Chunk("IDAT"u8, bomb), .. PngFixture.Chunk("IEND"u8),
        ];

        var before = GC.GetAllocatedBytesForCurrentThread();
        var outcome = TestFiles.OutcomeOf(file);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(expected, outcome);
        Assert.True(allocated < 10_000, $"{allocated} bytes were allocated for a picture that was refused");
    }

    [Theory]
    [InlineData(65_535, 65_535, MediaOutcome.SideTooLong)]
    [InlineData(9_000, 9_000, MediaOutcome.TooManyPixels)]
    [InlineData(0, 32, MediaOutcome.Broken)]
    [InlineData(48, 0, MediaOutcome.Broken)]
    public void A_jpeg_is_refused_by_the_size_in_its_frame_header(int width, int height, MediaOutcome expected)
    {
        var file = FlatJpeg.File(48, 32, [100, 128, 128]);
        var frame = JpegFixture.Find(file, JpegMarker.Sof0);
        new ByteWriter().UInt16(height).UInt16(width).ToArray().CopyTo(file, frame + 5);

        Assert.Equal(expected, TestFiles.OutcomeOf(file));
    }

    [Fact]
    public void A_webp_is_refused_by_the_size_in_its_header()
    {
        // VP8L: signature, then 14 bits each of width and height less one.
        var large = WebPFixture.File(WebPFixture.Chunk("VP8L"u8, 0x2F, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0, 0, 0));
        var many = WebPFixture.File(WebPFixture.Chunk("VP8 "u8, 0, 0, 0, 0x9D, 1, 0x2A, 0x10, 0x27, 0x10, 0x27));
        var none = WebPFixture.File(WebPFixture.Chunk("VP8 "u8, 0, 0, 0, 0x9D, 1, 0x2A, 0, 0, 10, 0));

        Assert.Equal(MediaOutcome.SideTooLong, RefusalOf(large));
        Assert.Equal(MediaOutcome.TooManyPixels, RefusalOf(many));
        Assert.Equal(MediaOutcome.Broken, RefusalOf(none));
    }

    [Fact]
    public void A_webp_whose_canvas_lies_about_its_picture_is_refused()
    {
        using var picture = TestPicture.Quarters(48, 32);
        var file = WebPFixture.File(WebPFixture.ExtendedHeader(0, 49, 32), WebPFixture.Chunks(TestFiles.WebP(picture)));

        Assert.Equal(MediaOutcome.Broken, RefusalOf(file));
    }

    [Fact]
    public void Animations_are_refused()
    {
        using var picture = TestPicture.Quarters(48, 32);
        var png = PngFixture.With(TestFiles.Png(picture), PngFixture.Chunk("acTL"u8, 0, 0, 0, 2, 0, 0, 0, 0));
        var webp = WebPFixture.File(
            WebPFixture.ExtendedHeader(2, 48, 32),
            WebPFixture.Chunk("ANIM"u8, 0, 0, 0, 0, 0, 0),
            WebPFixture.Chunk("ANMF"u8, [.. new byte[16], .. WebPFixture.Chunks(TestFiles.WebP(picture))]));

        Assert.Equal(MediaOutcome.Animated, RefusalOf(png));
        Assert.Equal(MediaOutcome.Animated, RefusalOf(webp));
    }

    [Theory]
    [InlineData(JpegMarker.Sof1, 12)]
    [InlineData(0xC3, 8)]
    [InlineData(0xC9, 8)]
    [InlineData(0xC5, 8)]
    public void A_jpeg_that_no_decoder_here_reads_is_refused(byte process, byte precision)
    {
        var file = FlatJpeg.File(48, 32, [100, 128, 128]);
        var frame = JpegFixture.Find(file, JpegMarker.Sof0);
        file[frame + 1] = process;
        file[frame + 4] = precision;

        Assert.Equal(MediaOutcome.UnsupportedVariant, RefusalOf(file));
    }

    [Fact]
    public void A_png_with_an_unknown_critical_chunk_is_refused()
    {
        using var picture = TestPicture.Quarters(48, 32);

        Assert.Equal(MediaOutcome.UnsupportedVariant, RefusalOf(PngFixture.With(TestFiles.Png(picture), PngFixture.Chunk("CgBI"u8, 0))));
    }

    [Fact]
    public void A_jpeg_with_more_scans_than_any_honest_one_is_refused()
    {
        var file = FlatJpeg.File(48, 32, [100]);
        var scan = file[JpegFixture.Find(file, JpegMarker.Sos)..^2];
        byte[] WithScans(int scans) => [.. file[..^2], .. Enumerable.Repeat(scan, scans - 1).SelectMany(bytes => bytes), .. file[^2..]];

        Assert.Equal(MediaOutcome.TooManyScans, RefusalOf(WithScans(JpegHeader.ScansMax + 1)));
        Assert.NotNull(HeaderOf(WithScans(JpegHeader.ScansMax)));
    }

    [Fact]
    public void A_second_frame_header_is_refused()
    {
        var file = FlatJpeg.File(48, 32, [100]);
        var at = JpegFixture.Find(file, JpegMarker.Sof0);
        var frame = file[at..(at + 13)];

        Assert.Equal(MediaOutcome.Broken, RefusalOf([.. file[..at], .. frame, .. frame, .. file[(at + 13)..]]));
    }

    [Fact]
    public void The_header_says_size_colour_and_manner_of_coding()
    {
        using var picture = TestPicture.Noise(51, 37, seed: 2, alpha: true);

        var jpeg = HeaderOf(TestFiles.Jpeg(picture, 83, ChromaSampling.Quarter))!.Value;
        var png = HeaderOf(TestFiles.Png(picture, alpha: true))!.Value;
        var webp = HeaderOf(TestFiles.WebP(picture, lossless: false, alpha: true))!.Value;

        Assert.Equal(new StillTraits(StillFormat.Jpeg) { JpegQuality = 83, Chroma = ChromaSampling.Quarter }, jpeg.Traits);
        Assert.True(png.Traits.HasAlpha);
        Assert.True(webp.Traits is { HasAlpha: true, Lossless: false });
        Assert.All([jpeg, png, webp], header => Assert.Equal((51, 37), (header.Width, header.Height)));
    }

    private static MediaOutcome RefusalOf(byte[] file, MediaLimits? limits = null)
    {
        Assert.False(ImageProbe.TryRead(file, limits ?? Limits, out _, out var refusal));
        return refusal;
    }

    private static StillHeader? HeaderOf(byte[] file) => ImageProbe.TryRead(file, Limits, out var header, out _) ? header : null;
}
