using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Jpeg;
using Gateway.Deidentification.Models;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Redaction;
using Gateway.Deidentification.Tests.Media;
using Gateway.Deidentification.Tests.Media.Jpeg;
using Gateway.Deidentification.Tracking;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Deidentification.Tests.Pipeline;

/// <summary>JPEG frames masked at their coefficients: what is inside a mask influences nothing, what is outside stays as it was.</summary>
public sealed class CoefficientPathTests
{
    private static readonly RegionBox Face = new(60, 44, 22, 26);
    private static readonly RegionBox Corner = new(-4, 80, 16, 20);

    public static TheoryData<JpegSpec, RedactionTechnique> Irreversible => new(
        from spec in JpegSpec.All
        from technique in Enum.GetValues<RedactionTechnique>()
        where MaskFillers.StrengthOf(technique) == StrengthClass.Irreversible
        select (spec, technique));

    public static TheoryData<JpegSpec, RedactionTechnique> All => new(
        from spec in JpegSpec.All from technique in Enum.GetValues<RedactionTechnique>() select (spec, technique));

    [Theory]
    [MemberData(nameof(Irreversible))]
    public void Files_that_differ_inside_masks_only_come_out_bit_identical(JpegSpec spec, RedactionTechnique technique)
    {
        var masker = MaskerOf(technique);
        var first = new MadeJpeg(spec, seed: 1);
        var (written, dirty) = Masked(first.ToFile(), masker);
        var second = new MadeJpeg(spec, seed: 1);
        second.Take(new MadeJpeg(spec, seed: 2), dirty.Contains);

        // Tables made for each picture are part of the difference: they must not come through either.
        Assert.NotEqual(first.ToFile(), second.ToFile());
        Assert.Equal(written, Masked(second.ToFile(), masker).File);
    }

    [Theory]
    [MemberData(nameof(Irreversible))]
    public void So_do_files_whose_pixels_were_all_decoded_for_the_detector(JpegSpec spec, RedactionTechnique technique)
    {
        var masker = MaskerOf(technique);
        var made = new MadeJpeg(spec);

        Assert.Equal(Masked(made.ToFile(), masker).File, Masked(made.ToFile(), masker, isComplete: true).File);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Coefficients_outside_masks_stay_as_they_were(JpegSpec spec, RedactionTechnique technique)
    {
        var made = new MadeJpeg(spec);

        var (written, dirty) = Masked(made.ToFile(), MaskerOf(technique));

        var blocks = ReadBlocks.Of(written);
        Assert.Equal(made.Blocks.Count, blocks.Count);
        var within = ReadBlocks.Within(written);
        var changed = 0;
        for (var i = 0; i < blocks.Count; i++)
        {
            var isSame = made.Blocks[i].AsSpan().SequenceEqual(blocks[i]);
            changed += isSame ? 0 : 1;
            Assert.True(isSame || dirty.Contains(i / made.BlocksOfMcu) || within[i] is not (8, 8), $"block {i} was changed");
        }

        Assert.True(changed > 0);
        using var seen = SkiaOracle.Bgra(written);
    }

    [Theory]
    [MemberData(nameof(Irreversible))]
    public void What_was_masked_does_not_come_back_when_the_picture_is_completed(JpegSpec spec, RedactionTechnique technique)
    {
        using var image = ReadBlocks.Opened(new MadeJpeg(spec).ToFile());
        var mask = Fill(image, MaskerOf(technique));
        using var before = PixelImage.CopyOf(PixelLayout.I420, image.Width, image.Height, RawBytes(image));

        image.Complete();

        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                Assert.True(!mask.Map.IsMasked(x, y) || before.Bytes[(y * image.Width) + x] == image.Bytes[(y * image.Width) + x]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Irreversible))]
    public void The_detector_is_shown_the_fill_at_half_size_too(JpegSpec spec, RedactionTechnique technique)
    {
        using var image = ReadBlocks.Opened(new MadeJpeg(spec).ToFile());
        using var detector = new HalfLooker();
        TrackedRegion[] regions = [new(Face, 0.9f, TrackHandle.None, IsBridged: false, MarginPx: 0), new(Corner, 0.9f, TrackHandle.None, IsBridged: false, MarginPx: 0)];

        var finished = new FrameFinisher(detector, MaskerOf(technique), NullLogger.Instance).Finish(
            image, Reason.None, regions, new FinishPlan(1, FailureAction.MaskFrame, IsChecked: true, IsTail: false), CancellationToken.None);

        Assert.Equal(Decision.RegionsMasked, finished.Fate.Decision);
        var half = detector.Seen!;
        for (var y = 0; y < image.Height / 2; y++)
        {
            for (var x = 0; x < image.Width / 2; x++)
            {
                if (finished.Mask.Map.IsMasked(2 * x, 2 * y))
                {
                    var mean = (image.Bytes[(2 * y * image.Width) + (2 * x)] + image.Bytes[(2 * y * image.Width) + (2 * x) + 1]
                        + image.Bytes[(((2 * y) + 1) * image.Width) + (2 * x)] + image.Bytes[(((2 * y) + 1) * image.Width) + (2 * x) + 1] + 2) / 4;
                    Assert.Equal(mean, half.Bytes[(y * half.Width) + x]);
                }
            }
        }
    }

    [Theory]
    [InlineData("4:1:1", 32, 16)]
    [InlineData("4:1:0", 32, 16)]
    [InlineData("4:2:0", 16, 16)]
    [InlineData("gray", 16, 16)]
    public void Masks_are_whole_mcus(string name, int width, int height)
    {
        using var image = ReadBlocks.Opened(new MadeJpeg(JpegSpec.All.First(spec => spec.Name == name)).ToFile());

        var mask = Fill(image, MaskerOf(RedactionTechnique.Solid));

        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                Assert.Equal(mask.Map.IsMasked(x / width * width, y / height * height), mask.Map.IsMasked(x, y));
            }
        }

        Assert.All(mask.Regions, region => Assert.Equal(0, region.Mask.Left % width));
    }

    [Fact]
    public void A_closed_frame_tells_nothing_of_its_picture()
    {
        var spec = JpegSpec.All.First(spec => spec.Tables == TableKind.Tight);

        Assert.Equal(Closed(new MadeJpeg(spec, seed: 1).ToFile()), Closed(new MadeJpeg(spec, seed: 2).ToFile()));

        static byte[] Closed(byte[] file)
        {
            using var image = ReadBlocks.Opened(file);
            CoefficientPath.BeforeWholeFill(image);
            WholeFrame.Fill(image);
            return CoefficientPath.Write(TestFiles.Codec, image, new StillTraits(StillFormat.Jpeg), MaskMap.Whole(image.Width, image.Height));
        }
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(6, false)]
    public void Only_files_that_are_stored_upright_are_opened_at_their_coefficients(int orientation, bool isOpened)
    {
        var file = new MadeJpeg(JpegSpec.All[0]).ToFile(JpegFixture.Exif(ExifFixture.Tiff(orientation, [1, 2, 3])));

        using var decoding = CoefficientPath.Open(TestFiles.Codec, file, TestFiles.Limits);

        Assert.Equal(isOpened, decoding.Image!.Jpeg is not null);
    }

    [Fact]
    public void Limits_are_held_before_anything_is_read()
    {
        var file = new MadeJpeg(JpegSpec.All[0]).ToFile();

        using var decoding = CoefficientPath.Open(TestFiles.Codec, file, new MediaLimits { PixelsMax = 100 });

        Assert.Equal(MediaOutcome.TooManyPixels, decoding.Outcome);
    }

    private static RegionMasker MaskerOf(RedactionTechnique technique) => RegionMasker.ForStill(new RedactionChoice(technique, AllowWeak: true));

    private static FrameMask Fill(PixelImage image, RegionMasker masker)
    {
        var mask = new FrameMask(image);
        mask.Add(new TrackedRegion(Face, 0.9f, TrackHandle.None, IsBridged: false, MarginPx: 0));
        mask.Add(new TrackedRegion(Corner, 0.9f, TrackHandle.None, IsBridged: false, MarginPx: 0));
        if (masker.DrawsOutlines)
        {
            mask.Add(new TrackedRegion(new RegionBox(0, 0, 60, 60), 0.9f, TrackHandle.None, IsBridged: false, MarginPx: 0, RegionClass.Person, Slope()));
        }

        masker.Fill(image, mask.Map, mask.Regions, 1);
        return mask;
    }

    /// <summary>An outline along the diagonal of its box: two corners of the box stay open.</summary>
    private static Outline Slope()
    {
        var outline = new Outline();
        outline.Reset(new PixelRect(0, 0, 15, 15), 1);
        for (var row = 0; row < 15; row++)
        {
            outline.Set(row, row, row + 1);
        }

        return outline;
    }

    private static (byte[] File, McuSet Dirty) Masked(byte[] file, RegionMasker masker, bool isComplete = false)
    {
        using var decoding = CoefficientPath.Open(TestFiles.Codec, file, TestFiles.Limits);
        var image = decoding.Image!;
        if (isComplete)
        {
            image.Complete();
        }

        var mask = Fill(image, masker);
        var written = CoefficientPath.Write(TestFiles.Codec, image, decoding.Traits!, mask.Map);
        var dirty = new McuSet();
        dirty.Begin(image.Jpeg!.Layout);
        for (var mcu = 0; mcu < image.Jpeg.Layout.McuCount; mcu++)
        {
            if (image.Jpeg.Dirty.Contains(mcu))
            {
                dirty.Add(mcu);
            }
        }

        return (written, dirty);
    }

    private static ReadOnlySpan<byte> RawBytes(PixelImage image) => image.Bytes;

    /// <summary>Keeps what it is shown of a frame opened at its coefficients, and finds nothing.</summary>
    private sealed class HalfLooker : IRegionDetector, IDisposable
    {
        public PixelImage? Seen { get; private set; }

        public ModelReference Model { get; } = new("half-looker", "1", new byte[32], "CPU");

        public ScoreThresholds Thresholds { get; } = new(0.5f, 0.2f, 0.2f);

        bool IRegionDetector.DecodesOnDemand => true;

        public bool Covers(int width, int height) => true;

        public DetectionResult Detect(PixelImage image, CancellationToken cancellationToken)
        {
            Seen = image.Jpeg!.Half.Copy();
            return new DetectionResult(DetectionOutcome.Detected, []);
        }

        public void Dispose() => Seen?.Dispose();
    }
}
