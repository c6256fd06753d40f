using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Evaluation;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Deidentification.Tests.Evaluation;

/// <summary>The tool that measures, measured: it must see what was masked, and what was not.</summary>
public sealed class CoverageTests
{
    private const int Width = 320;
    private const int Height = 180;

    private static readonly SkiaStillCodec Codec = new();
    private static readonly RegionBox[] Faces = [.. Clip(12).Select(FaceOf)];

    [Fact]
    public async Task The_mask_of_a_lossless_still_is_what_its_pixels_show()
    {
        using var detector = OnnxDetector.Open(ModelFile.Load(new ModelOptions(), TimeProvider.System).Model!, new DetectorOptions()).Detector!;
        using var frame = DrawnScene.Standard().Frame();

        var answer = await new StillDeidentifier(Parts(detector), new MediaLimits())
            .DeidentifyAsync(Codec.Encode(frame.Image, new StillTraits(StillFormat.Png)), RedactionChoice.Default, default);

        using var output = Codec.Decode(answer.File.Span, new MediaLimits());
        var (width, height) = (frame.Image.Width, frame.Image.Height);
        var told = CoverMap.Of(answer.Mask!);
        var seen = CoverMap.Of(BlockPrints.Of(frame.Image.Bytes, width, height), BlockPrints.Of(output.Image!.Bytes, width, height));
        Assert.Equal(Decision.RegionsMasked, answer.Record!.Decision);
        Assert.All(Blocks(width, height), block => Assert.Equal(told[block.Column, block.Row], seen[block.Column, block.Row]));
        Assert.All(frame.Faces, face => Assert.Equal(1, told.ShareOf(CoverMap.CoreOf(face))));
    }

    [Fact]
    public async Task A_detector_that_finds_nothing_leaves_every_track_exposed_and_is_not_flattered()
    {
        var tally = await EvaluateAsync(new Seeing(_ => []), frames: 12);

        Assert.Equal((new Proportion(1, 1), new Proportion(0, 12), new Proportion(0, 12)), (tally.TracksExposed(), tally.FacesCovered(), tally.PicturesCovered));
        Assert.Null(Assert.Single(tally.Tracks).FramesToFirstMask);
    }

    [Fact]
    public async Task A_detector_that_sees_everything_leaves_nothing()
    {
        var tally = await EvaluateAsync(new Seeing(number => [Face(number)]), frames: 12);

        Assert.Equal((new Proportion(0, 1), new Proportion(12, 12), 0), (tally.TracksExposed(), tally.FacesCovered(), tally.PicturesClosed));
        Assert.Equal(0, Assert.Single(tally.Tracks).FramesToFirstMask);
    }

    [Fact]
    public async Task A_mask_beside_the_face_covers_nothing()
    {
        var tally = await EvaluateAsync(new Seeing(number => [Face(number) with { X = 5, Y = 5, Width = 30, Height = 30 }]), frames: 6);

        Assert.Equal(new Proportion(0, 6), tally.FacesCovered());
    }

    [Fact]
    public async Task A_detector_that_throws_closes_every_frame_and_that_is_told_apart()
    {
        var tally = await EvaluateAsync(new Seeing(number => number % 2 == 0 ? throw new InvalidOperationException("blind") : [Face(number)]), frames: 8);

        Assert.Equal((new Proportion(8, 8), 4), (tally.FacesCovered(), tally.PicturesClosed));
        Assert.Equal(new Proportion(4, 4), tally.FacesCoveredByRegions());
    }

    [Fact]
    public async Task The_worst_cases_show_no_face()
    {
        var worst = new WorstCases(Codec, isDrawn: false);
        await EvaluateAsync(new Seeing(_ => []), frames: 3, worst);

        var one = Assert.Single(worst.Cases);
        using var picture = Codec.Decode(one.Picture.Span, new MediaLimits());
        var face = one.Sighting.Face.Box;
        var cell = (float)one.Crop.Width / picture.Image!.Width;
        Assert.True(Math.Max(picture.Image.Width, picture.Image.Height) <= 24);
        for (var y = (int)((face.Y - one.Crop.Top) / cell) + 1; y < (int)((face.Bottom - one.Crop.Top) / cell); y++)
        {
            for (var x = (int)((face.X - one.Crop.Left) / cell) + 1; x < (int)((face.Right - one.Crop.Left) / cell); x++)
            {
                Assert.Equal([96, 96, 96], picture.Image.Bytes.Slice(((y * picture.Image.Width) + x) * 4, 3).ToArray());
            }
        }
    }

    private static IEnumerable<(int Column, int Row)> Blocks(int width, int height) =>
        from row in Enumerable.Range(0, (height + 15) / 16) from column in Enumerable.Range(0, (width + 15) / 16) select (column, row);

    private static RegionBox Face(int number) => Faces[number % Faces.Length];

    private static DrawnScene Scene() => new(Width, Height, [DrawnScene.StandardFaces()[0] with { CenterX = 150, CenterY = 85, Size = 42 }]);

    private static async Task<EvaluationTally> EvaluateAsync(IRegionDetector detector, int frames, WorstCases? worst = null)
    {
        var tally = new EvaluationTally();
        var profile = StreamProfile.Live with { ResidualScanEvery = int.MaxValue };
        await new SequenceEvaluation(Parts(detector), profile, RedactionChoice.Default).RunAsync(
            "clip",
            Clip(frames),
            output =>
            {
                tally.Add(output.Sighting);
                worst?.Add(output);
            },
            default);
        return tally;
    }

    private static IEnumerable<EvaluatedPicture> Clip(int frames)
    {
        var scene = Scene();
        for (var number = 0; number < frames; number++)
        {
            var frame = scene.Frame(number);
            frame.Image.Bytes[0] = (byte)number; // tells the detector below which frame it sees
            yield return new EvaluatedPicture($"frame {number}", frame.Image, [new LabelledFace(frame.Faces[0], "person", 0)]);
        }
    }

    private static PipelineParts Parts(IRegionDetector detector) => new(
        detector, Codec, new RecordContext("evaluation", new PolicyReference("evaluation", 1), (_, digest) => digest.Clear()), new DetectionLane(1), TimeProvider.System, NullLogger.Instance);

    private static RegionBox FaceOf(EvaluatedPicture picture)
    {
        using (picture)
        {
            return picture.Faces![0].Box;
        }
    }

    /// <summary>Sees on each frame what it is told.</summary>
    private sealed class Seeing(Func<int, RegionBox[]> boxes) : IRegionDetector
    {
        public ModelReference Model { get; } = new("told", "1", new byte[32], "none");

        public ScoreThresholds Thresholds { get; } = new(0.5f, 0.3f, 0.3f);

        public bool Covers(int width, int height) => true;

        public DetectionResult Detect(PixelImage image, CancellationToken cancellationToken) =>
            new(DetectionOutcome.Detected, [.. boxes(image.Bytes[0]).Select(box => new RegionDetection(box, 0.9f))]);
    }
}
