using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Server.Tests.Deidentification;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Processes;

/// <summary>Choices at <c>gateway deidentify</c>: what outputs are called, and which models look.</summary>
public sealed class DeidentifyChoiceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public DeidentifyChoiceTests()
    {
        using var frame = DrawnScene.Standard().Frame();
        var picture = new SkiaStillCodec().Encode(frame.Image, new StillTraits(StillFormat.Png));
        Directory.CreateDirectory(_folder["in/smith"]);
        File.WriteAllBytes(_folder["in/anna-smith-2024.PNG"], picture);
        File.WriteAllBytes(_folder["in/smith/bob.png"], picture);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Neutral_names_keep_no_name_of_a_source_and_replace_nothing()
    {
        var done = GatewayProgram.Run("deidentify", _folder["in"], _folder["out"], "--neutral-names");

        Assert.True(done.ExitCode == 0, done.ToString());
        string[] expected = ["image-0001.png", "image-0001.png.record.json", "image-0002.png", "image-0002.png.record.json"];
        Assert.Equal(expected, Names());
        Assert.DoesNotContain("warning", done.Error, StringComparison.Ordinal);

        var before = File.ReadAllBytes(_folder["out/image-0001.png"]);
        File.Delete(_folder["in/anna-smith-2024.PNG"]);
        Assert.Equal(1, GatewayProgram.Run("deidentify", _folder["in"], _folder["out"], "--neutral-names").ExitCode);
        Assert.Equal(before, File.ReadAllBytes(_folder["out/image-0001.png"]));
        Assert.Equal(expected, Names());
    }

    [Fact]
    public void A_folder_whose_names_are_kept_is_warned_of()
    {
        var done = GatewayProgram.Run("deidentify", _folder["in"], _folder["out"]);

        Assert.True(done.ExitCode == 0, done.ToString());
        Assert.Contains("warning: outputs keep the names of their sources", done.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["out/smith/bob.png"]));
    }

    [Fact]
    public void Choices_that_contradict_each_other_or_are_half_made_are_refused_and_leave_nothing()
    {
        var model = _folder.Write("plates.onnx", [1, 2, 3]);
        var replacing = GatewayProgram.Run("deidentify", _folder["in"], _folder["out"], "--neutral-names", "--overwrite");
        var unpaired = GatewayProgram.Run("deidentify", _folder["in"], _folder["out"], "--region-model", model);
        var absent = GatewayProgram.Run("deidentify", _folder["in"], _folder["out"], "--region-model", model, "--region-manifest", _folder["nowhere.json"]);

        Assert.Equal((1, 1, 2), (replacing.ExitCode, unpaired.ExitCode, absent.ExitCode));
        Assert.Contains("--neutral-names replaces nothing", replacing.Error, StringComparison.Ordinal);
        Assert.Contains("needs its --region-manifest", unpaired.Error, StringComparison.Ordinal);
        Assert.Contains("RegionModels[0]:ModelManifest", absent.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public void A_region_model_looks_beside_the_detector_of_faces_and_the_record_names_it()
    {
        var plates = SpoiledFiles.Write(_folder, SpoiledFiles.Detector, "plates", manifest => manifest["task"] = "licence-plate-detection");

        var done = GatewayProgram.Run("deidentify", _folder["in/smith/bob.png"], _folder["out.png"], "--region-model", plates.Model, "--region-manifest", plates.Manifest);

        Assert.True(done.ExitCode == 0, done.ToString());
        Assert.Contains("\"regionModels\"", File.ReadAllText(_folder["out.png.record.json"]), StringComparison.Ordinal);
    }

    private IEnumerable<string?> Names() => Directory.EnumerateFileSystemEntries(_folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
