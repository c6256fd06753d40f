using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Deidentification.Tests.Acceptance;

/// <summary>
/// Real photographs through the whole still path, and an independent look at what came out. The photographs and the comparison model are not
/// part of the repository: without them these tests are skipped by name.
/// </summary>
public sealed class PhotographAcceptanceTests(ITestOutputHelper output)
{
    private static readonly string[] Portraits = ["104", "105", "106", "108", "109", "110", "112"];

    [Fact]
    public async Task With_the_comparison_model_as_detector_no_face_of_any_photograph_is_left()
    {
        var comparison = ComparisonModel.Require();
        using var detector = comparison.Open();

        var left = await LeftAsync(detector, comparison.Path, Photographs());

        Assert.All(left, photo => Assert.Equal((photo.Name, 0), (photo.Name, photo.Left)));
    }

    [Fact]
    public async Task With_the_embedded_detector_no_face_of_a_portrait_is_left()
    {
        var comparison = ComparisonModel.Require();
        using var detector = OnnxDetector.Open(ModelFile.Load(new ModelOptions(), TimeProvider.System).Model!, new DetectorOptions()).Detector!;

        var left = await LeftAsync(detector, comparison.Path, Photographs());

        var portraits = left.Where(photo => Portraits.Any(number => photo.Name.Contains(number, StringComparison.Ordinal))).ToArray();
        Assert.Equal(Portraits.Length, portraits.Length);
        Assert.All(portraits, photo => Assert.Equal((photo.Name, 0), (photo.Name, photo.Left)));
    }

    private static string[] Photographs() => [.. Directory.EnumerateFiles(Path.GetDirectoryName(SharedMedia.Require("photos/photo-104.jpg"))!, "photo-*.jpg").Order(StringComparer.Ordinal)];

    /// <summary>A face of the input counts as left when a face is found in the output that covers a third of the smaller of the two.</summary>
    private static bool Overlaps(RegionBox one, RegionBox other)
    {
        var width = Math.Min(one.Right, other.Right) - Math.Max(one.X, other.X);
        var height = Math.Min(one.Bottom, other.Bottom) - Math.Max(one.Y, other.Y);
        return width > 0 && height > 0 && width * height * 3 >= Math.Min(one.Area, other.Area);
    }

    private async Task<List<(string Name, int Faces, int Left)>> LeftAsync(OnnxDetector detector, string scanModel, string[] photographs)
    {
        var records = new RecordContext("acceptance", new PolicyReference("acceptance", 1), (_, digest) => digest.Clear());
        var parts = new PipelineParts(detector, new SkiaStillCodec(), records, new DetectionLane(2), TimeProvider.System, NullLogger.Instance);
        var stills = new StillDeidentifier(parts, new MediaLimits());
        using var scan = new IndependentScan(scanModel);
        var all = new List<(string Name, int Faces, int Left)>();
        foreach (var path in photographs)
        {
            var file = await File.ReadAllBytesAsync(path);
            var answer = await stills.DeidentifyAsync(file, RedactionChoice.Default, CancellationToken.None);
            Assert.Equal(StillOutcome.Deidentified, answer.Outcome);
            var before = scan.Faces(file);
            var after = scan.Faces(answer.File.ToArray());
            var left = before.Count(face => after.Exists(found => Overlaps(face, found)));
            all.Add((Path.GetFileName(path), before.Count, left));
            output.WriteLine($"{Path.GetFileName(path)}: {before.Count} faces, {left} left; {answer.Record!.Decision} {answer.Record.Reason}, {answer.Record.Regions.Count} regions");
        }

        output.WriteLine($"all: {all.Sum(photo => photo.Faces)} faces, {all.Sum(photo => photo.Left)} left");
        return all;
    }
}
