using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Tests.Detection.Decoders;
using Gateway.Deidentification.Tests.Models;
using Gateway.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Deidentification.Tests.Pipeline;

/// <summary>A model of other regions proves itself on a picture of its own, through the real runtime.</summary>
public sealed class CanaryTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly byte[] _model = DrawnModels.Map();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(40, true)]
    [InlineData(120, false)]
    public async Task A_set_is_believed_only_when_every_model_finds_what_its_canary_shows(int left, bool isFound)
    {
        var text = TrustedText(manifest => manifest["canary"] = CanaryField(WriteBar(), left, 60, 80, 16));
        using var faces = OnnxDetector.Open(ModelFile.Load(new ModelOptions(), TimeProvider.System).Model!, new DetectorOptions()).Detector!;
        using var set = new DetectorSet(faces, [OnnxDetector.Open(text, new DetectorOptions()).Detector!]);
        using var drawn = Canary.Of(DrawnScene.Standard().Frame());
        using var bar = Canary.Of(text, new SkiaStillCodec())!;
        var watched = new WatchedDetector(set, [drawn, bar], NullLogger.Instance);

        Assert.Equal(RegionClass.Text, bar.Class);
        Assert.Equal(isFound, await watched.CheckAsync(new DetectionLane(1), TimeProvider.System, CancellationToken.None));
        Assert.Equal(isFound, watched.IsReady);
    }

    [Fact]
    public async Task A_region_of_another_class_in_its_place_is_not_found()
    {
        using var image = PixelImage.CopyOf(PixelLayout.Bgra32, SecretFrame.Width, SecretFrame.Height, SecretFrame.Of(999).Bytes);
        var faces = new ScriptedDetector();
        var watched = new WatchedDetector(faces, [new Canary(RegionClass.Text, image, [SecretFrame.Face])], NullLogger.Instance);

        Assert.False(await watched.CheckAsync(new DetectionLane(1), TimeProvider.System, CancellationToken.None));
    }

    [Fact]
    public void Without_a_known_region_nothing_is_proven()
    {
        using var image = DrawnModels.Picture(64, 64);

        Assert.Throws<ArgumentException>(() => new WatchedDetector(new ScriptedDetector(), [], NullLogger.Instance));
        Assert.Throws<ArgumentException>(() => new WatchedDetector(new ScriptedDetector(), [new Canary(RegionClass.Face, image, [])], NullLogger.Instance));
    }

    [Theory]
    [InlineData("""{ "picture": "../bar.png", "sha256": "DIGEST", "regions": [1, 1, 8, 8] }""", "canary.picture")]
    [InlineData("""{ "picture": "..", "sha256": "DIGEST", "regions": [1, 1, 8, 8] }""", "canary.picture")]
    [InlineData("""{ "picture": "a\\bar.png", "sha256": "DIGEST", "regions": [1, 1, 8, 8] }""", "canary.picture")]
    [InlineData("""{ "picture": "", "sha256": "DIGEST", "regions": [1, 1, 8, 8] }""", "canary.picture")]
    [InlineData("""{ "picture": "bar.png", "sha256": "00", "regions": [1, 1, 8, 8] }""", "canary.sha256")]
    [InlineData("""{ "picture": "bar.png", "sha256": "DIGEST", "regions": [1, 1, 8] }""", "canary.regions")]
    [InlineData("""{ "picture": "bar.png", "sha256": "DIGEST", "regions": [] }""", "canary.regions")]
    [InlineData("""{ "picture": "bar.png", "sha256": "DIGEST" }""", "canary.regions")]
    [InlineData("\"bar.png\"", "canary")]
    public void A_canary_that_breaks_a_rule_is_named(string field, string named)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(WriteBar())));

        var loading = Load(manifest => manifest["canary"] = JsonNode.Parse(field.Replace("DIGEST", digest, StringComparison.Ordinal)));

        Assert.Equal(ModelOutcome.ManifestInvalid, loading.Outcome);
        Assert.Contains(loading.Findings, finding => finding.StartsWith(named, StringComparison.Ordinal));
    }

    [Fact]
    public void A_picture_that_is_absent_changed_or_too_long_is_refused()
    {
        var bar = WriteBar();
        var field = CanaryField(bar, 40, 60, 80, 16).ToJsonString();
        ModelOutcome Outcome() => Load(manifest => manifest["canary"] = JsonNode.Parse(field)).Outcome;

        Assert.Equal(ModelOutcome.Trusted, Outcome());
        File.AppendAllText(bar, "x");
        Assert.Equal(ModelOutcome.CanaryUnusable, Outcome());
        File.Delete(bar);
        Assert.Equal(ModelOutcome.CanaryUnusable, Outcome());
        File.WriteAllBytes(bar, new byte[ModelCanary.PictureBytesMax + 1]);
        field = CanaryField(bar, 40, 60, 80, 16).ToJsonString();
        Assert.Equal(ModelOutcome.CanaryUnusable, Outcome());
    }

    [Theory]
    [InlineData(-1, 60, 80, 16)]
    [InlineData(40, 60, 0, 16)]
    [InlineData(40, 60, 400, 16)]
    [InlineData(40, 200, 8, 16)]
    public void A_region_that_is_not_in_the_picture_makes_no_canary(int left, int top, int width, int height)
    {
        var text = TrustedText(manifest => manifest["canary"] = CanaryField(WriteBar(), left, top, width, height));

        Assert.Null(Canary.Of(text, new SkiaStillCodec()));
    }

    [Fact]
    public void A_file_that_is_no_picture_makes_no_canary()
    {
        var text = TrustedText(manifest => manifest["canary"] = CanaryField(_folder.Write("bar.png", [1, 2, 3]), 1, 1, 8, 8));

        Assert.Null(Canary.Of(text, new SkiaStillCodec()));
    }

    private TrustedModel TrustedText(Action<JsonObject> change) => Load(change).Model!;

    private ModelLoading Load(Action<JsonObject> change)
    {
        var manifest = DrawnModels.MapManifest(_model);
        change(manifest);
        return EmbeddedModel.Load(EmbeddedModel.Write(_folder, manifest, _model));
    }

    /// <summary>A picture with one white bar, 80 x 16 pixels at 40, 60.</summary>
    private string WriteBar()
    {
        using var image = DrawnModels.Picture(256, 192, (new PixelRect(40, 60, 120, 76), 0xFFFFFFFF));
        return _folder.Write("bar.png", new SkiaStillCodec().Encode(image, new StillTraits(StillFormat.Png)));
    }

    private static JsonObject CanaryField(string picture, params ReadOnlySpan<int> region) => new()
    {
        ["picture"] = Path.GetFileName(picture),
        ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(picture))),
        ["regions"] = new JsonArray([.. region.ToArray().Select(value => JsonValue.Create(value))]),
    };
}
