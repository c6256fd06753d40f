using System.Text.Json.Nodes;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Models;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Detection.Decoders;

public sealed class DecoderManifestTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_unknown_decoder_is_answered_with_those_that_are_known()
    {
        var model = DrawnModels.Map();
        var manifest = DrawnModels.MapManifest(model);
        manifest["decoder"] = "ssd";

        var (outcome, _, findings) = DrawnModels.Open(_folder, manifest, model);

        Assert.Equal(ModelOutcome.UnknownDecoder, outcome);
        Assert.Equal("decoder: known are yunet-heads, yolo-rows, yolo-segments, probability-map", Assert.Single(findings));
    }

    [Theory]
    [InlineData("person-yolo", RegionClass.Person)]
    [InlineData("person-yolo-segments", RegionClass.Person)]
    [InlineData("plate-yolo", RegionClass.LicencePlate)]
    [InlineData("text-dbnet", RegionClass.Text)]
    public void The_examples_are_complete(string name, RegionClass regionClass)
    {
        var json = File.ReadAllBytes(Repository.PathOf("deploy", "models", $"{name}.example.json"));

        var manifest = ManifestReader.Read(json, out var findings);

        Assert.Empty(findings);
        Assert.Equal(regionClass, manifest!.Class);
    }

    [Theory]
    [InlineData("rows", "found", "[2]")]
    [InlineData("rows", "found", "[-1]")]
    [InlineData("rows", "found", "[]")]
    [InlineData("rows", "found", "[0, 0]")]
    [InlineData("rows", "found", "[0.5]")]
    [InlineData("rows", "classes", "0")]
    [InlineData("rows", "classes", "2000")]
    [InlineData("rows", "order", "\"columns\"")]
    [InlineData("rows", "objectness", "\"yes\"")]
    [InlineData("rows", "rowsPerCell", "0")]
    [InlineData("input", "layout", "\"NHWC\"")]
    [InlineData("input", "channels", "\"YUV\"")]
    [InlineData("input", "range", "[-1, 1]")]
    [InlineData("input", "mean", "[0.5, 0.5]")]
    [InlineData("input", "std", "[0.5, 0, 0.5]")]
    [InlineData("input", "padding", "300")]
    [InlineData("input", "fixedSize", "[640]")]
    [InlineData("input", "fixedSize", "[100, 64]")]
    [InlineData("input", "fixedSize", "[64.5, 64]")]
    public void A_wrong_field_of_input_or_rows_is_named(string part, string field, string value)
    {
        var model = DrawnModels.Rows();
        var manifest = DrawnModels.RowsManifest(model);
        manifest[part]![field] = JsonNode.Parse(value);

        var (outcome, _, findings) = DrawnModels.Open(_folder, manifest, model);

        Assert.Equal(ModelOutcome.ManifestInvalid, outcome);
        Assert.Contains(findings, finding => finding.StartsWith($"{part}.{field}:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("unclip", "5")]
    [InlineData("channel", "1")]
    [InlineData("stride", "3")]
    public void A_wrong_field_of_a_map_is_named(string field, string value)
    {
        var model = DrawnModels.Map();
        var manifest = DrawnModels.MapManifest(model);
        manifest["map"]![field] = JsonNode.Parse(value);

        Assert.StartsWith($"map.{field}:", Assert.Single(DrawnModels.Open(_folder, manifest, model).Findings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("output", "7")]
    [InlineData("prototypes", "0")]
    [InlineData("prototypes", "129")]
    [InlineData("stride", "3")]
    [InlineData("stride", "64")]
    [InlineData("threshold", "0")]
    [InlineData("threshold", "0.6")]
    [InlineData("threshold", "\"low\"")]
    public void A_wrong_field_of_segments_is_named(string field, string value)
    {
        var model = DrawnModels.Segments(192, 256);
        var manifest = DrawnModels.SegmentsManifest(model, 192, 256);
        manifest["segments"]![field] = JsonNode.Parse(value);

        var (outcome, _, findings) = DrawnModels.Open(_folder, manifest, model);

        Assert.Equal(ModelOutcome.ManifestInvalid, outcome);
        Assert.StartsWith($"segments.{field}:", Assert.Single(findings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("face-detection")]
    [InlineData("screen-detection")]
    public void Outlines_are_of_persons_only(string task)
    {
        var model = DrawnModels.Segments(192, 256);
        var manifest = DrawnModels.SegmentsManifest(model, 192, 256);
        manifest["task"] = task;

        Assert.StartsWith("task: outlines", Assert.Single(DrawnModels.Open(_folder, manifest, model).Findings), StringComparison.Ordinal);
    }

    [Fact]
    public void Outlines_that_are_not_described_are_asked_for()
    {
        var model = DrawnModels.Segments(192, 256);
        var manifest = DrawnModels.SegmentsManifest(model, 192, 256);
        manifest.Remove("segments");

        Assert.Equal("segments: must be an object", Assert.Single(DrawnModels.Open(_folder, manifest, model).Findings));
    }

    [Theory]
    [InlineData("person-detection", 200, true)]
    [InlineData("face-detection", 200, false)]
    [InlineData("person-detection", 8, false)]
    public void Faces_are_looked_for_from_the_size_on_that_the_node_promises(string task, int smallestPx, bool isAccepted)
    {
        var model = DrawnModels.Rows();
        var manifest = DrawnModels.RowsManifest(model);
        (manifest["task"], manifest["smallestPx"]) = (task, smallestPx);

        var (outcome, detector, _) = DrawnModels.Open(_folder, manifest, model);
        detector?.Dispose();

        Assert.Equal(isAccepted ? ModelOutcome.Trusted : ModelOutcome.ManifestInvalid, outcome);
    }
}
