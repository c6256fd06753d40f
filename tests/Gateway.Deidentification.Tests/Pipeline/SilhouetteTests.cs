using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Redaction;
using Gateway.Deidentification.Tests.Detection.Decoders;
using Gateway.Deidentification.Tests.Media;
using Gateway.Deidentification.Tests.Media.Jpeg;
using Gateway.Deidentification.Tracking;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Pipeline;

/// <summary>Whose outline is painted, and who is painted as a box: everybody of whom the outline is not certain.</summary>
public sealed class SilhouetteTests : IDisposable
{
    private const int Frames = 12;
    private const int Bad = 6;

    private static readonly RegionBox Box = new(96, 40, 96, 160);

    /// <summary>A corner of the box that no mask of the outline reaches, and a place within the outline.</summary>
    private static readonly PixelRect Corner = new(160, 48, 192, 80);
    private static readonly PixelRect Within = new(100, 160, 116, 176);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_person_is_painted_along_the_outline()
    {
        var result = await RunAsync(new PersonDetector());

        Assert.Equal(Frames, result.Answers.Count);
        foreach (var answer in result.Answers)
        {
            var region = Assert.Single(answer.Record.Regions);
            Assert.Equal((Decision.RegionsMasked, true, RegionClass.Person, 0), (answer.Record.Decision, region.IsOutlined, region.Class, answer.Record.Escapes));
            Assert.True(IsPainted(answer, Within));
            Assert.True(IsOpen(answer, Corner));
        }
    }

    [Theory]
    [InlineData(RedactionTechnique.OutsideFill)]
    [InlineData(RedactionTechnique.Solid)]
    [InlineData(RedactionTechnique.Mosaic)]
    public async Task Every_other_technique_masks_the_box(RedactionTechnique technique)
    {
        var result = await RunAsync(new PersonDetector(), technique: technique);

        Assert.All(result.Answers, answer => AssertIsBox(answer));
    }

    [Fact]
    public async Task A_person_of_a_score_that_would_start_no_track_is_painted_as_a_box()
    {
        var result = await RunAsync(new PersonDetector { On = { [Bad] = Person(0.49f) } });

        AssertIsBox(result[Bad]);
        Assert.True(result[Bad + 1].Record.Regions.Single().IsOutlined);
    }

    [Fact]
    public async Task A_person_without_an_outline_is_painted_as_a_box()
    {
        var result = await RunAsync(new PersonDetector { On = { [Bad] = Person(0.9f) with { Outline = null } } });

        AssertIsBox(result[Bad]);
    }

    [Fact]
    public async Task A_person_who_is_held_or_interpolated_or_masked_backwards_or_has_no_later_frames_is_painted_as_a_box()
    {
        var detector = new PersonDetector { From = 3, On = { [Bad] = null, [9] = null } };

        var result = await RunAsync(detector, new TrackingProfile(3, 4));

        foreach (var number in new[] { 1, 2, Bad, 9, 10, 11 })
        {
            Assert.Equal(number <= 9, result[number].Record.Regions.Single().IsBridged);
            AssertIsBox(result[number]);
        }

        Assert.All(new[] { 3, 4, 5, 7, 8 }, number => Assert.True(result[number].Record.Regions.Single().IsOutlined));
    }

    [Fact]
    public void A_region_that_two_frames_place_differently_has_no_outline()
    {
        var frame = new FrameRegions();
        var track = TrackHandle.Draw();
        frame.Add(new TrackedRegion(Box, 0.9f, track, IsBridged: false, 0, RegionClass.Person, Stripe()));

        frame.Bridge(new TrackedRegion(Box with { X = 200 }, 0, track, IsBridged: true, 0, RegionClass.Person));

        Assert.Null(Assert.Single(frame.Regions).Outline);
    }

    [Fact]
    public async Task The_check_does_not_miss_a_person_of_whose_outline_nine_tenths_are_masked()
    {
        // The outline painted covers the one found again but for less than a tenth; the box of both is far from masked.
        var result = await RunAsync(new PersonDetector { Again = { [Bad] = Person(0.9f) with { Outline = Stripe(width: 17) } } });

        Assert.Equal(0, result[Bad].Record.Escapes);
        Assert.True(result[Bad].Record.Regions.Single().IsOutlined);
        Assert.True(IsOpen(result[Bad], Corner));
    }

    [Fact]
    public async Task The_check_masks_the_box_of_a_person_of_whose_outline_more_is_open()
    {
        var result = await RunAsync(new PersonDetector { Again = { [Bad] = Person(0.9f) with { Outline = Stripe(width: 22) } } });

        Assert.Equal((Decision.RegionsMasked, 1), (result[Bad].Record.Decision, result[Bad].Record.Escapes));
        Assert.Contains(result[Bad].Record.Regions, region => !region.IsOutlined);
        Assert.True(IsPainted(result[Bad], new PixelRect(96, 40, 192, 200)));
    }

    [Fact]
    public async Task Frames_that_differ_inside_an_outline_only_come_out_bit_identical()
    {
        var reference = await RunAsync(new PersonDetector(), frames: Pictures(changed: false));
        var changed = await RunAsync(new PersonDetector(), frames: Pictures(changed: true));

        for (var number = 0; number < Frames; number++)
        {
            Assert.Equal(reference[number].Data, changed[number].Data);
        }
    }

    [Theory]
    [InlineData(StillFormat.Png)]
    [InlineData(StillFormat.Jpeg)]
    public async Task A_still_shows_the_shape_of_the_person_whom_a_real_model_outlines(StillFormat format)
    {
        const int Width = 256;
        const int Height = 192;
        var model = DrawnModels.Segments(Height, Width);
        using var detector = DrawnModels.Opened(_folder, DrawnModels.SegmentsManifest(model, Height, Width), model);
        using var picture = DrawnPerson.At(2 * Width, 2 * Height, 2);
        var still = new StillDeidentifier(StreamBench.Parts(detector) with { Codec = TestFiles.Codec }, TestFiles.Limits);

        var answer = await still.DeidentifyAsync(TestFiles.Of(format, picture), new RedactionChoice(RedactionTechnique.Silhouette, AllowWeak: false), CancellationToken.None);

        Assert.Equal((StillOutcome.Deidentified, Decision.RegionsMasked, Reason.None), (answer.Outcome, answer.Record!.Decision, answer.Record.Reason));
        Assert.True(Assert.Single(answer.Record.Regions).IsOutlined);
        using var output = SkiaOracle.Bgra(answer.File.ToArray());
        var (shape, painted, open) = (0, 0, 0);
        for (var y = 0; y < output.Height; y++)
        {
            for (var x = 0; x < output.Width; x++)
            {
                var isPerson = DrawnPerson.IsPerson((int)Math.Floor((x - Width) / 2d), (int)Math.Floor((y - Height) / 2d));
                var isGray = Math.Abs(output.Bytes[((y * output.Width) + x) * 4] - SilhouetteFill.Luma) <= 1;
                shape += isPerson ? 1 : 0;
                painted += isGray ? 1 : 0;
                open += isPerson && !isGray ? 1 : 0;
            }
        }

        // Nobody's pixel is left, and what is painted follows the figure: its box with margins has 192 x 1.2 by 320 x 1.2 pixels.
        Assert.Equal(0, open);
        Assert.InRange(painted, shape, 0.75 * 192 * 1.2 * 320 * 1.2);
    }

    [Fact]
    public async Task Nothing_of_a_person_who_walks_through_a_stream_is_left_in_any_frame()
    {
        const int Width = 256;
        const int Height = 192;
        var model = DrawnModels.Segments(Height, Width);
        using var detector = DrawnModels.Opened(_folder, DrawnModels.SegmentsManifest(model, Height, Width), model);
        var request = StreamBench.Request with
        {
            Format = FrameFormat.I420,
            Width = 2 * Width,
            Height = 2 * Height,
            Profile = new StreamProfile(new TrackingProfile(3, 4), 1),
            Redaction = new RedactionChoice(RedactionTechnique.Silhouette, AllowWeak: false),
        };

        var result = await StreamBench.RunAsync(detector, Enumerable.Range(0, Frames).Select(number => DrawnPerson.WalkingInI420(2 * Width, 2 * Height, WayPx(number))), request);

        for (var number = 0; number < Frames; number++)
        {
            Assert.Equal((Decision.RegionsMasked, 0), (result[number].Record.Decision, result[number].Record.Escapes));
            Assert.Equal(number < Frames - 3, result[number].Record.Regions.All(region => region.IsOutlined));
            for (var at = 0; at < 4 * Width * Height; at++)
            {
                var (x, y) = ((at % (2 * Width)) - Width - WayPx(number), (at / (2 * Width)) - Height);
                Assert.True(!DrawnPerson.IsPerson((int)Math.Floor(x / 2d), (int)Math.Floor(y / 2d)) || result[number].Data[at] == SilhouetteFill.Luma, $"{x}, {y} of frame {number}");
            }
        }

        static int WayPx(int number) => (number - 6) * 8;
    }

    private static RegionDetection Person(float score) => new(Box, score, RegionClass.Person) { Outline = Stripe() };

    /// <summary>The left part of the box, from top to bottom, as many cells wide.</summary>
    private static Outline Stripe(int width = 10)
    {
        var outline = new Outline();
        outline.Reset(new PixelRect(24, 10, 24 + width, 50), 4);
        for (var row = 10; row < 50; row++)
        {
            outline.Set(row, 24, 24 + width);
        }

        return outline;
    }

    private static Task<StreamResult> RunAsync(
        PersonDetector detector, TrackingProfile? tracking = null, RedactionTechnique technique = RedactionTechnique.Silhouette, IEnumerable<byte[]>? frames = null) =>
        StreamBench.RunAsync(detector, frames ?? Pictures(changed: false), StreamBench.Request with
        {
            Profile = new StreamProfile(tracking ?? new TrackingProfile(0, 0), 1),
            Redaction = new RedactionChoice(technique, AllowWeak: false),
        });

    private static IEnumerable<byte[]> Pictures(bool changed)
    {
        for (var number = 0; number < Frames; number++)
        {
            var bytes = SecretFrame.Of(number).Bytes;
            for (var y = 40; changed && y < 200; y++)
            {
                new SeededGenerator((ulong)(number + (y * 100))).Fill(bytes.AsSpan(((y * SecretFrame.Width) + 96) * 4, 40 * 4));
            }

            yield return bytes;
        }
    }

    private static void AssertIsBox(Answered answer)
    {
        Assert.Equal(Decision.RegionsMasked, answer.Record.Decision);
        Assert.DoesNotContain(answer.Record.Regions, region => region.IsOutlined);
        Assert.Equal(0, Kept(answer, new PixelRect(96, 40, 192, 200)));
    }

    private static bool IsPainted(Answered answer, PixelRect where) => Kept(answer, where) == 0;

    private static bool IsOpen(Answered answer, PixelRect where) => Kept(answer, where) == where.Width * where.Height;

    /// <summary>Pixels of an area that are those of the source.</summary>
    private static int Kept(Answered answer, PixelRect where)
    {
        var source = SecretFrame.Of(answer.Number).Bytes;
        var kept = 0;
        for (var y = where.Top; y < where.Bottom; y++)
        {
            for (var x = where.Left; x < where.Right; x++)
            {
                var at = ((y * SecretFrame.Width) + x) * 4;
                kept += answer.Data.AsSpan(at, 4).SequenceEqual(source.AsSpan(at, 4)) ? 1 : 0;
            }
        }

        return kept;
    }

    /// <summary>Finds one person in every frame as long as the person is in it; what is found first and again is the test's to say.</summary>
    private sealed class PersonDetector : IRegionDetector
    {
        public int From { get; init; }

        public Dictionary<int, RegionDetection?> On { get; } = [];

        public Dictionary<int, RegionDetection> Again { get; } = [];

        private readonly HashSet<int> _seen = [];

        public Gateway.Deidentification.Models.ModelReference Model { get; } = new("persons", "1", new byte[32], "CPU");

        public Gateway.Deidentification.Models.ScoreThresholds Thresholds { get; } = new(0.5f, 0.2f, 0.2f);

        public bool Finds(RegionClass regionClass) => regionClass is RegionClass.Face or RegionClass.Person;

        public bool Covers(int width, int height) => true;

        public DetectionResult Detect(PixelImage image, CancellationToken cancellationToken)
        {
            var number = SecretFrame.NumberOf(image);
            lock (_seen)
            {
                if (!_seen.Add(number))
                {
                    // The check: once it has masked the box, the person is gone.
                    return Again.Remove(number, out var again) ? Found(again) : ScriptedDetector.NothingFound;
                }
            }

            return number < From || (On.TryGetValue(number, out var first) && first is null) ? ScriptedDetector.NothingFound : Found(first ?? Person(0.9f));
        }

        private static DetectionResult Found(RegionDetection person) => new(DetectionOutcome.Detected, [person]);
    }
}
