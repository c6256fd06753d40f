using System.Text.Json.Nodes;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Models;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Models;

public sealed class ModelFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_with_one_changed_bit_is_refused()
    {
        var model = EmbeddedModel.Bytes;
        model[model.Length / 2] ^= 1;

        var loading = EmbeddedModel.Load(EmbeddedModel.Write(_folder, EmbeddedModel.Manifest, model));

        Assert.Equal(ModelOutcome.DigestMismatch, loading.Outcome);
        Assert.Null(loading.Model);
    }

    [Fact]
    public void A_model_with_a_byte_more_is_refused()
    {
        var loading = EmbeddedModel.Load(EmbeddedModel.Write(_folder, EmbeddedModel.Manifest, [.. EmbeddedModel.Bytes, 0]));

        Assert.Equal(ModelOutcome.DigestMismatch, loading.Outcome);
    }

    [Fact]
    public void What_was_measured_with_a_model_is_read_from_its_manifest()
    {
        var manifest = EmbeddedModel.Manifest;
        manifest["metrics"] = JsonNode.Parse("""{ "set": "20 pictures", "recall": 0.9, "by": "us", "ap50": 0.8 }""");

        var assessment = EmbeddedModel.Load(EmbeddedModel.Write(_folder, manifest)).Model!.Manifest.Assessment!;

        Assert.Equal("20 pictures", assessment.Set);
        Assert.Equal([KeyValuePair.Create("ap50", 0.8), KeyValuePair.Create("recall", 0.9)], assessment.Figures);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("""{ "set": "none measured here" }""")]
    public void Without_figures_nothing_was_measured(string? metrics)
    {
        var manifest = EmbeddedModel.Manifest;
        manifest.Remove("metrics");
        if (metrics is not null)
        {
            manifest["metrics"] = JsonNode.Parse(metrics);
        }

        Assert.Null(EmbeddedModel.Load(EmbeddedModel.Write(_folder, manifest)).Model!.Manifest.Assessment);
    }

    [Theory]
    [InlineData("\"very good\"")]
    [InlineData("""{ "recall": 0.9 }""")]
    [InlineData("""{ "set": "", "recall": 0.9 }""")]
    [InlineData("""{ "set": "20 pictures", "": 0.9 }""")]
    [InlineData("""{ "set": "20 pictures", "recall": 1e999 }""")]
    [InlineData("""{ "set": "20 pictures", "a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1, "g": 1, "h": 1, "i": 1, "j": 1, "k": 1, "l": 1, "m": 1, "n": 1, "o": 1, "p": 1, "q": 1 }""")]
    public void Figures_without_a_set_or_out_of_bounds_are_refused(string metrics)
    {
        var manifest = EmbeddedModel.Manifest;
        manifest["metrics"] = JsonNode.Parse(metrics);

        Assert.Equal(ModelOutcome.ManifestInvalid, EmbeddedModel.Load(EmbeddedModel.Write(_folder, manifest)).Outcome);
    }

    [Fact]
    public void A_model_without_a_manifest_is_refused()
    {
        var options = new ModelOptions { ModelPath = _folder.Write("model.onnx", EmbeddedModel.Bytes), ManifestPath = _folder["absent.json"] };

        Assert.Equal(ModelOutcome.ManifestMissing, EmbeddedModel.Load(options).Outcome);
    }

    [Fact]
    public void A_model_path_alone_is_refused()
    {
        var options = new ModelOptions { ModelPath = _folder.Write("model.onnx", EmbeddedModel.Bytes) };

        Assert.Equal(ModelOutcome.ManifestInvalid, EmbeddedModel.Load(options).Outcome);
    }

    [Fact]
    public void A_manifest_without_its_model_is_refused()
    {
        var options = EmbeddedModel.Write(_folder, EmbeddedModel.Manifest) with { ModelPath = _folder["absent.onnx"] };

        Assert.Equal(ModelOutcome.ModelMissing, EmbeddedModel.Load(options).Outcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    public void A_manifest_that_is_none_is_refused(string text)
    {
        var options = EmbeddedModel.Write(_folder, EmbeddedModel.Manifest);
        File.WriteAllText(options.ManifestPath!, text);

        Assert.Equal(ModelOutcome.ManifestInvalid, EmbeddedModel.Load(options).Outcome);
    }

    [Fact]
    public void A_manifest_of_more_than_64_KiB_is_refused_unread()
    {
        var options = EmbeddedModel.Write(_folder, EmbeddedModel.Manifest);
        File.AppendAllText(options.ManifestPath!, new string(' ', ModelFile.ManifestBytesMax));

        Assert.Equal(ModelOutcome.ManifestInvalid, EmbeddedModel.Load(options).Outcome);
    }

    [Fact]
    public void A_manifest_reports_all_its_mistakes_at_once()
    {
        var manifest = EmbeddedModel.Manifest;
        manifest["id"] = "";
        manifest["sha256"] = "abc";
        manifest["faceSizePx"] = new JsonObject { ["min"] = 100, ["max"] = 150 };
        manifest["nmsIou"] = 2;
        manifest["thresholds"] = new JsonObject { ["start"] = 0.2, ["continue"] = 0.3, ["mask"] = 0.3 };
        manifest.Remove("licence");

        var findings = EmbeddedModel.Load(EmbeddedModel.Write(_folder, manifest)).Findings;

        Assert.All(["id:", "sha256:", "faceSizePx:", "nmsIou:", "thresholds:", "licence:"],
            setting => Assert.Contains(findings, finding => finding.StartsWith(setting, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("task", "\"plate-detection\"")]
    [InlineData("strides", "[8, 16, 64]")]
    [InlineData("strides", "[16, 8]")]
    [InlineData("bytes", "-1")]
    [InlineData("bytes", "\"614609\"")]
    [InlineData("expires", "\"soon\"")]
    public void A_manifest_with_a_wrong_field_is_refused(string name, string value)
    {
        var manifest = EmbeddedModel.Manifest;
        manifest[name] = JsonNode.Parse(value);

        var loading = EmbeddedModel.Load(EmbeddedModel.Write(_folder, manifest));

        Assert.Equal(ModelOutcome.ManifestInvalid, loading.Outcome);
        Assert.Single(loading.Findings);
    }

    [Fact]
    public void An_unknown_decoder_is_refused()
    {
        var manifest = EmbeddedModel.Manifest;
        manifest["decoder"] = "ultraface";

        Assert.Equal(ModelOutcome.UnknownDecoder, EmbeddedModel.Load(EmbeddedModel.Write(_folder, manifest)).Outcome);
    }

    [Fact]
    public void An_expired_manifest_is_refused()
    {
        var manifest = EmbeddedModel.Manifest;
        manifest["expires"] = "2020-01-31";

        Assert.Equal(ModelOutcome.ManifestExpired, EmbeddedModel.Load(EmbeddedModel.Write(_folder, manifest)).Outcome);
    }

    [Fact]
    public void A_model_not_cleared_for_commercial_use_is_refused_where_that_is_required()
    {
        var options = new ModelOptions { RequireCommercialUse = true };

        Assert.Equal(ModelOutcome.CommercialUseNotCleared, EmbeddedModel.Load(options).Outcome);
    }

    [Fact]
    public void A_cleared_model_is_trusted_where_commercial_use_is_required()
    {
        var manifest = EmbeddedModel.Manifest;
        manifest["licence"]!["commercialUse"] = "yes";
        manifest["licence"]!["trainingDataCommercialUse"] = "yes";

        var loading = EmbeddedModel.Load(EmbeddedModel.Write(_folder, manifest) with { RequireCommercialUse = true });

        Assert.Equal(ModelOutcome.Trusted, loading.Outcome);
    }

    [Theory]
    [InlineData("no", "yes", "licence.commercialUse")]
    [InlineData("yes", "review", "licence.trainingDataCommercialUse")]
    [InlineData("yes", null, "licence.trainingDataCommercialUse")]
    public void Weights_or_training_data_that_nobody_cleared_are_refused_where_that_is_required(string weights, string? data, string field)
    {
        var manifest = EmbeddedModel.Manifest;
        manifest["licence"]!["commercialUse"] = weights;
        manifest["licence"]!["trainingDataCommercialUse"] = data ?? "yes";
        if (data is null)
        {
            manifest["licence"]!.AsObject().Remove("trainingDataCommercialUse");
        }

        var loading = EmbeddedModel.Load(EmbeddedModel.Write(_folder, manifest) with { RequireCommercialUse = true });

        Assert.Equal(ModelOutcome.CommercialUseNotCleared, loading.Outcome);
        Assert.Contains(loading.Findings, finding => finding.StartsWith(field + ":", StringComparison.Ordinal));
    }

    [Fact]
    public void A_waiver_that_names_the_file_lets_it_be_used()
    {
        var options = EmbeddedModel.Write(_folder, EmbeddedModel.Manifest) with { RequireCommercialUse = true, WaiverPath = Waiver() };

        Assert.Equal(ModelOutcome.Trusted, EmbeddedModel.Load(options).Outcome);
    }

    [Theory]
    [InlineData("sha256", "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("sha256", "all of them")]
    [InlineData("approvedBy", "")]
    [InlineData("justification", "because")]
    [InlineData("expires", "2020-01-31")]
    [InlineData("expires", "never")]
    public void A_waiver_for_another_file_by_nobody_for_nothing_or_for_ever_is_none(string field, string value)
    {
        var options = EmbeddedModel.Write(_folder, EmbeddedModel.Manifest) with { RequireCommercialUse = true, WaiverPath = Waiver(field, value) };

        var loading = EmbeddedModel.Load(options);

        Assert.Equal(ModelOutcome.CommercialUseNotCleared, loading.Outcome);
        Assert.Contains(loading.Findings, finding => finding.Contains("waiver", StringComparison.Ordinal));
    }

    [Fact]
    public void A_waiver_file_that_is_none_is_named()
    {
        var options = new ModelOptions { RequireCommercialUse = true, WaiverPath = _folder["absent.json"] };

        Assert.Contains(EmbeddedModel.Load(options).Findings, finding => finding.Contains("waiver file", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("licence-plate-detection", RegionClass.LicencePlate)]
    [InlineData("person-detection", RegionClass.Person)]
    [InlineData("text-detection", RegionClass.Text)]
    public void A_manifest_says_what_its_model_finds(string task, RegionClass found)
    {
        var manifest = EmbeddedModel.Manifest;
        manifest["task"] = task;

        Assert.Equal(found, EmbeddedModel.Load(EmbeddedModel.Write(_folder, manifest)).Model!.Manifest.Class);
    }

    [Fact]
    public void The_model_inside_the_program_is_trusted()
    {
        var loading = EmbeddedModel.Load(new ModelOptions());

        Assert.Equal(ModelOutcome.Trusted, loading.Outcome);
        Assert.Equal(new ScoreThresholds(0.46f, 0.30f, 0.30f), loading.Model!.Manifest.Thresholds);
    }

    private string Waiver(string field = "sha256", string? value = null)
    {
        var waiver = new JsonObject
        {
            ["sha256"] = EmbeddedModel.Manifest["sha256"]!.GetValue<string>(),
            ["approvedBy"] = "Head of Legal",
            ["justification"] = "pilot with drawn pictures only, decision 2026-17",
            ["expires"] = "2999-01-31",
        };
        waiver[field] = value ?? waiver[field]!.GetValue<string>();
        return _folder.Write("waiver.json", System.Text.Encoding.UTF8.GetBytes(waiver.ToJsonString()));
    }
}
