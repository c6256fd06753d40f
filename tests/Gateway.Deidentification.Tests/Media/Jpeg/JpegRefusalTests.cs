using Gateway.Deidentification.Media.Containers;
using Gateway.Deidentification.Media.Jpeg;
using SkiaSharp;

namespace Gateway.Deidentification.Tests.Media.Jpeg;

/// <summary>What is not for the coefficient path is told so, by name, and left to a full decoder.</summary>
public sealed class JpegRefusalTests
{
    private static readonly JpegSpec Colour = JpegSpec.All.First(spec => spec.Name == "4:2:0");
    private static readonly JpegSpec Restarts = JpegSpec.All.First(spec => spec is { Name: "4:4:0 odd", RestartInterval: 7 });

    [Theory]
    [InlineData(0xC2)]
    [InlineData(0xC3)]
    [InlineData(0xC9)]
    [InlineData(0xCA)]
    public void Progressive_lossless_and_arithmetic_frames_are_of_another_process(byte marker) =>
        Assert.Equal(JpegOutcome.OtherProcess, ReadBlocks.OutcomeOf(new MadeJpeg(Colour with { Process = marker }).ToFile()));

    [Fact]
    public void Samples_of_12_bits_are_refused() => Assert.Equal(JpegOutcome.OtherPrecision, Changed(JpegMarker.Sof0, 4, 12));

    [Fact]
    public void Four_components_are_refused() =>
        Assert.Equal(JpegOutcome.OtherComponents, ReadBlocks.OutcomeOf(FlatJpeg.File(40, 32, [10, 20, 30, 40])));

    [Theory]
    [InlineData(0x31, 0x11)]
    [InlineData(0x21, 0x22)]
    [InlineData(0x33, 0x11)]
    public void Sampling_that_no_mask_fits_is_refused(int luma, int chroma) =>
        Assert.Equal(JpegOutcome.OtherSampling, ReadBlocks.OutcomeOf(new MadeJpeg(new JpegSpec("odd", 96, 96, luma, chroma, chroma)).ToFile()));

    [Fact]
    public void A_colour_profile_is_left_to_who_can_apply_it() => Assert.Equal(
        JpegOutcome.OtherColour,
        ReadBlocks.OutcomeOf(new MadeJpeg(Colour).ToFile(JpegFixture.Segment(JpegMarker.App2, [.. "ICC_PROFILE\0"u8, 1, 1, 0]))));

    [Theory]
    [InlineData(0, JpegOutcome.OtherColour)]
    [InlineData(1, JpegOutcome.Opened)]
    [InlineData(2, JpegOutcome.OtherColour)]
    public void Components_that_are_no_brightness_and_colour_difference_are_left_to_who_can_convert_them(byte transform, object outcome) => Assert.Equal(
        (JpegOutcome)outcome,
        ReadBlocks.OutcomeOf(new MadeJpeg(Colour).ToFile(JpegFixture.Segment(JpegMarker.App14, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, transform]))));

    [Fact]
    public void A_second_scan_is_refused()
    {
        var file = new MadeJpeg(Colour).ToFile();
        byte[] twice = [.. file[..^2], .. file[file.AsSpan().IndexOf([(byte)0xFF, JpegMarker.Sos])..]];

        Assert.Equal(JpegOutcome.SeveralScans, ReadBlocks.OutcomeOf(twice));
    }

    [Fact]
    public void A_second_frame_is_refused()
    {
        var file = new MadeJpeg(Colour).ToFile();
        var frame = file.AsSpan(file.AsSpan().IndexOf([(byte)0xFF, JpegMarker.Sof0]), 19).ToArray();

        Assert.Equal(JpegOutcome.BadHeader, ReadBlocks.OutcomeOf(JpegFixture.With(file, frame)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(40)]
    [InlineData(400)]
    public void Data_that_ends_early_is_refused(int bytes)
    {
        var file = new MadeJpeg(Colour).ToFile();
        byte[] cut = [.. file[..^(2 + bytes)], 0xFF, JpegMarker.Eoi];

        Assert.Equal(JpegOutcome.BadScan, ReadBlocks.OutcomeOf(cut));
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        var file = new MadeJpeg(Colour).ToFile();

        for (var length = 0; length < file.Length; length += 7)
        {
            Assert.NotEqual(JpegOutcome.Opened, ReadBlocks.OutcomeOf(file[..length]));
        }
    }

    [Fact]
    public void Restart_markers_out_of_order_are_refused() =>
        Assert.Equal(JpegOutcome.BadScan, Damaged(Restarts, file => file[file.AsSpan().IndexOf([(byte)0xFF, (byte)0xD1]) + 1] = 0xD2));

    [Fact]
    public void A_missing_restart_marker_is_refused() => Assert.Equal(JpegOutcome.BadScan, ReadBlocks.OutcomeOf(WithoutLastRestart()));

    [Fact]
    public void Restart_markers_that_no_interval_announces_are_refused() =>
        Assert.Equal(JpegOutcome.BadScan, Damaged(Restarts, file => file[file.AsSpan().IndexOf([(byte)0xFF, JpegMarker.Dri]) + 5] = 0));

    [Fact]
    public void A_header_that_promises_more_blocks_than_there_are_is_refused() =>
        Assert.Equal(JpegOutcome.BadScan, Damaged(Colour, file => file[file.AsSpan().IndexOf([(byte)0xFF, JpegMarker.Sof0]) + 5] = 0xFF));

    [Fact]
    public void A_step_of_zero_is_refused() => Assert.Equal(JpegOutcome.BadHeader, Changed(JpegMarker.Dqt, 30, 0));

    [Fact]
    public void A_component_without_a_table_is_refused() => Assert.Equal(JpegOutcome.BadHeader, Changed(JpegMarker.Sof0, 12, 2));

    [Theory]
    [InlineData(0x0B)]
    [InlineData(0x1F)]
    [InlineData(0x30)]
    public void A_table_with_symbols_that_no_baseline_file_has_is_refused(byte symbol) => Assert.Equal(
        JpegOutcome.BadHeader,
        ReadBlocks.OutcomeOf(new MadeJpeg(Colour).ToFile(JpegFixture.Segment(JpegMarker.Dht, [0x10, 0, 2, .. new byte[14], 0x01, symbol]))));

    [Fact]
    public void A_table_with_more_codes_than_there_are_is_refused() => Assert.Equal(
        JpegOutcome.BadHeader,
        ReadBlocks.OutcomeOf(new MadeJpeg(Colour).ToFile(JpegFixture.Segment(JpegMarker.Dht, [0x10, 3, .. new byte[15], 1, 2, 3]))));

    [Fact]
    public void A_dc_value_that_no_sample_has_is_refused()
    {
        var made = new MadeJpeg(Colour);
        made.Blocks[0][0] = 2000;

        Assert.Equal(JpegOutcome.BadScan, ReadBlocks.OutcomeOf(made.ToFile()));
    }

    [Fact]
    public void Data_behind_the_last_block_is_not_copied()
    {
        var file = new MadeJpeg(Colour).ToFile();
        byte[] longer = [.. file[..^2], .. Planted.Text("tail"), 0xFF, JpegMarker.Eoi];
        using var image = ReadBlocks.Opened(longer);

        var written = image.Jpeg!.Write().ToArray();

        Assert.False(Planted.IsIn(written));
        Assert.Equal(new MadeJpeg(Colour).Blocks, ReadBlocks.Of(written));
    }

    [Fact]
    public void A_progressive_file_goes_the_other_way()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(64, 48, SKColorType.Bgra8888, SKAlphaType.Opaque));
        bitmap.Erase(SKColors.Olive);
        using var encoded = bitmap.Encode(SKEncodedImageFormat.Jpeg, 90);
        var file = encoded.ToArray();
        file[file.AsSpan().IndexOf([(byte)0xFF, JpegMarker.Sof0]) + 1] = JpegMarker.Sof2;

        Assert.Equal(JpegOutcome.OtherProcess, ReadBlocks.OutcomeOf(file));
    }

    private static JpegOutcome Changed(byte marker, int offset, byte value) =>
        Damaged(Colour, file => file[file.AsSpan().IndexOf([(byte)0xFF, marker]) + offset] = value);

    private static JpegOutcome Damaged(JpegSpec spec, Action<byte[]> damage)
    {
        var file = new MadeJpeg(spec).ToFile();
        damage(file);
        return ReadBlocks.OutcomeOf(file);
    }

    private static byte[] WithoutLastRestart()
    {
        var file = new MadeJpeg(Restarts).ToFile();
        var last = file.Length - 1;
        while (file[last - 1] != 0xFF || file[last] is < 0xD0 or > 0xD7)
        {
            last--;
        }

        return [.. file[..(last - 1)], 0xFF, JpegMarker.Eoi];
    }
}
