using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Evaluation;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Redaction;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Acceptance;

/// <summary>
/// A baseline JPEG is shown to the detector at half its size, because its full size is never decoded. Here the same photographs are shown both ways, with
/// the same labels. GATEWAY_ALL_PHOTOGRAPHS=1 takes all baseline files of the set instead of the crowds, where it matters most.
/// </summary>
public sealed class HalfPlaneRecallTests(ITestOutputHelper output)
{
    private static readonly string[] Crowds = ["photo-018.jpg", "photo-022.jpg", "photo-023.jpg", "photo-025.jpg"];
    private static readonly SkiaStillCodec Codec = new();

    [Fact]
    public void The_comparison_model_covers_as_many_faces_on_half_planes_as_on_full_ones()
    {
        using var detector = ComparisonModel.Require().Open();

        var (half, full) = Compare(detector);

        Assert.True(half.Hits >= full.Hits - 1, $"{half.Hits} against {full.Hits} of {full.Total}");
    }

    [Fact]
    public void The_embedded_detector_covers_as_many_faces_on_half_planes_as_on_full_ones()
    {
        using var detector = OnnxDetector.Open(ModelFile.Load(new ModelOptions(), TimeProvider.System).Model!, new DetectorOptions()).Detector!;

        var (half, full) = Compare(detector);

        Assert.True(half.Hits >= full.Hits - 1, $"{half.Hits} against {full.Hits} of {full.Total}");
    }

    private (Proportion Half, Proportion Full) Compare(OnnxDetector detector)
    {
        var folder = Path.GetDirectoryName(SharedMedia.Require("photos/photo-104.jpg"))!;
        var labels = LabelFile.Read(Repository.PathOf("tests", "Gateway.Deidentification.Tests", "Acceptance", "photos.labels.csv"), folder);
        var (half, full, masked) = (new Dictionary<FaceSizeClass, Proportion>(), new Dictionary<FaceSizeClass, Proportion>(), (Half: 0d, Full: 0d));
        foreach (var (name, faces) in labels.Faces.Where(entry => Crowds.Contains(entry.Key) || Environment.GetEnvironmentVariable("GATEWAY_ALL_PHOTOGRAPHS") == "1"))
        {
            var file = File.ReadAllBytes(Path.Combine(folder, name));
            using var planes = CoefficientPath.Open(Codec, file, new MediaLimits());
            if (planes.Image!.Jpeg is null)
            {
                output.WriteLine($"{name} is no baseline JPEG: the same both ways");
                continue;
            }

            using var decoded = Codec.Decode(file, new MediaLimits());
            masked.Half += Count(detector, planes.Image, faces, half);
            masked.Full += Count(detector, decoded.Image!, faces, full);
        }

        foreach (var size in FaceSizeClasses.Counted)
        {
            output.WriteLine($"{FaceSizeClasses.NameOf(size)}: half {Say(half.GetValueOrDefault(size))}, full {Say(full.GetValueOrDefault(size))}");
        }

        var all = (Half: Sum(half), Full: Sum(full));
        output.WriteLine($"all: half {Say(all.Half)}, full {Say(all.Full)}; masked shares summed {masked.Half:F2} against {masked.Full:F2}");
        Assert.True(all.Full.Total >= 40, "the labels must be there");
        return all;
    }

    /// <summary>Counts the faces that masks of what is found cover, by detection alone: no check, no picture masked whole.</summary>
    private static double Count(OnnxDetector detector, PixelImage image, List<LabelledFace> faces, Dictionary<FaceSizeClass, Proportion> counts)
    {
        var mask = new MaskMap(image.Width, image.Height);
        foreach (var region in detector.Detect(image, CancellationToken.None).Regions.Where(region => region.Score >= detector.Thresholds.Mask))
        {
            mask.Add(region.Box);
        }

        foreach (var sighting in Sightings.Of(faces, CoverMap.Of(mask)).Where(sighting => sighting.Size != FaceSizeClass.Below12))
        {
            counts[sighting.Size] = counts.GetValueOrDefault(sighting.Size).With(sighting.IsCovered);
        }

        return mask.CoverageShare;
    }

    private static Proportion Sum(Dictionary<FaceSizeClass, Proportion> counts) =>
        counts.Values.Aggregate(default(Proportion), (all, part) => new Proportion(all.Hits + part.Hits, all.Total + part.Total));

    private static string Say(Proportion value) => FormattableString.Invariant($"{value.Hits} of {value.Total} ({value.Low:F3} to {value.High:F3})");
}
