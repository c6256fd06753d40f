using System.Text.Json.Nodes;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Models;
using Gateway.Deidentification.Tests.Models;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Detection;

public sealed class DetectorOpeningTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_is_no_model_is_not_loadable()
    {
        byte[] garbage = [.. Enumerable.Range(0, 1000).Select(number => (byte)number)];

        Assert.Equal(ModelOutcome.NotLoadable, Open(EmbeddedModel.ManifestFor(garbage), garbage));
    }

    [Fact]
    public void A_truncated_model_is_not_loadable()
    {
        var half = EmbeddedModel.Bytes[..300_000];

        Assert.Equal(ModelOutcome.NotLoadable, Open(EmbeddedModel.ManifestFor(half), half));
    }

    [Fact]
    public void A_model_with_another_input_name_is_refused()
    {
        var manifest = EmbeddedModel.Manifest;
        manifest["input"]!["name"] = "picture";

        Assert.Equal(ModelOutcome.InterfaceMismatch, Open(manifest, EmbeddedModel.Bytes));
    }

    [Fact]
    public void A_model_with_superfluous_outputs_is_refused()
    {
        var manifest = EmbeddedModel.Manifest;
        manifest["strides"] = new JsonArray(8, 16);

        Assert.Equal(ModelOutcome.InterfaceMismatch, Open(manifest, EmbeddedModel.Bytes));
    }

    [Fact]
    public void A_model_with_missing_outputs_is_refused()
    {
        var manifest = EmbeddedModel.Manifest;
        manifest["strides"] = new JsonArray(4, 8, 16, 32);

        Assert.Equal(ModelOutcome.InterfaceMismatch, Open(manifest, EmbeddedModel.Bytes));
    }

    [Fact]
    public void The_model_inside_the_program_opens()
    {
        Assert.Equal(ModelOutcome.Trusted, Open(EmbeddedModel.Manifest, EmbeddedModel.Bytes));
    }

    private ModelOutcome Open(JsonObject manifest, byte[] bytes)
    {
        var loading = EmbeddedModel.Load(EmbeddedModel.Write(_folder, manifest, bytes));
        Assert.Equal(ModelOutcome.Trusted, loading.Outcome);
        var (outcome, detector) = OnnxDetector.Open(loading.Model!, new DetectorOptions());
        detector?.Dispose();
        return outcome;
    }
}
