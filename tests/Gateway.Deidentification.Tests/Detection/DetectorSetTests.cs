using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Models;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Redaction;
using Gateway.Deidentification.Tests.Models;
using Gateway.Deidentification.Tests.Pipeline;
using Gateway.TestKit;
using Gateway.TestKit.Onnx;

namespace Gateway.Deidentification.Tests.Detection;

/// <summary>Two real models in one set; the second is the first one under a manifest that says it finds something else.</summary>
public sealed class DetectorSetTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_model_tells_of_its_own_class()
    {
        using var set = Set("licence-plate-detection");
        using var frame = DrawnScene.Standard().Frame();

        var result = set.Detect(frame.Image, CancellationToken.None);

        Assert.Equal(DetectionOutcome.Detected, result.Outcome);
        Assert.Equal([RegionClass.Face, RegionClass.LicencePlate], result.Regions.Select(region => region.Class).Distinct().Order());
        Assert.True(set.Finds(RegionClass.LicencePlate));
        Assert.False(set.Finds(RegionClass.Text));
        Assert.Equal("vide-face-detector", Assert.Single(set.RegionModels).Id);
    }

    [Fact]
    public void A_model_that_fails_fails_the_image_for_all()
    {
        using var set = Set("text-detection", SpoiledModel.FailingByColour(EmbeddedModel.Bytes));
        using var frame = DrawnScene.Standard().Frame();
        Fault.NotANumber.Paint(frame.Image.Bytes, frame.Image.Width, 8, 8, 16);

        Assert.Equal(DetectionOutcome.NotFinite, set.Detect(frame.Image, CancellationToken.None).Outcome);
    }

    [Fact]
    public void Two_models_of_one_class_are_a_mistake()
    {
        Assert.Throws<ArgumentException>(() => Set("face-detection"));
    }

    [Fact]
    public async Task A_silhouette_makes_flat_shapes_of_what_the_model_of_persons_finds()
    {
        using var set = Set("person-detection");
        using var frame = DrawnScene.Standard().Frame();
        var request = new StreamRequest
        {
            Format = FrameFormat.Bgra32,
            Width = frame.Image.Width,
            Height = frame.Image.Height,
            Profile = new StreamProfile(new(0, 0), 1),
            Redaction = new RedactionChoice(RedactionTechnique.Silhouette, AllowWeak: false),
        };

        var result = await StreamBench.RunAsync(set, [frame.Image.Bytes.ToArray()], request);

        var record = Assert.Single(result.Answers).Record;
        Assert.Equal((Decision.RegionsMasked, StrengthClass.Irreversible), (record.Decision, record.StrengthClass));
        Assert.Contains(record.Regions, region => region.Class == RegionClass.Person);
        Assert.Single(record.RegionModels);
        foreach (var region in record.Regions)
        {
            var middle = 4 * (((int)region.Box.CenterY * frame.Image.Width) + (int)region.Box.CenterX);
            Assert.Equal([SilhouetteFill.Luma, SilhouetteFill.Luma, SilhouetteFill.Luma, 255], result.Answers[0].Data.AsSpan(middle, 4).ToArray());
        }
    }

    [Theory]
    [InlineData(RegionClass.Head)]
    [InlineData(RegionClass.LicencePlate)]
    [InlineData(RegionClass.Person)]
    [InlineData(RegionClass.Text)]
    [InlineData(RegionClass.Screen)]
    public void The_mask_of_every_class_covers_its_whole_box(RegionClass regionClass)
    {
        var random = new SeededGenerator((ulong)regionClass);
        for (var round = 0; round < 200; round++)
        {
            var mask = new MaskMap(400, 300);
            var box = new RegionBox(random.NextSingle(0, 300), random.NextSingle(0, 200), random.NextSingle(2, 90), random.NextSingle(2, 90));

            mask.Add(box, 0, regionClass);

            for (var y = (int)box.Y; y < Math.Min(300, box.Bottom); y++)
            {
                for (var x = (int)box.X; x < Math.Min(400, box.Right); x++)
                {
                    Assert.True(mask.IsMasked(x, y), $"{box}: {x}, {y}");
                }
            }
        }
    }

    private DetectorSet Set(string task, byte[]? second = null)
    {
        var manifest = second is null ? EmbeddedModel.Manifest : EmbeddedModel.ManifestFor(second);
        manifest["task"] = task;
        return new DetectorSet(Open(EmbeddedModel.Load(new ModelOptions())), [Open(EmbeddedModel.Load(EmbeddedModel.Write(_folder, manifest, second)))]);
    }

    private static OnnxDetector Open(ModelLoading loading)
    {
        Assert.True(loading.Model is not null, string.Join("; ", loading.Findings));
        return OnnxDetector.Open(loading.Model, new DetectorOptions()).Detector!;
    }
}
