using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Processes;

/// <summary>A folder of which some files cannot be read or written: <c>gateway deidentify</c> names these and goes on with the others.</summary>
public sealed class FolderFaultTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly byte[] _picture;

    public FolderFaultTests()
    {
        using var frame = DrawnScene.Standard().Frame();
        _picture = new SkiaStillCodec().Encode(frame.Image, new StillTraits(StillFormat.Png));
        Directory.CreateDirectory(_folder["in"]);
        Directory.CreateDirectory(_folder["out"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Images_that_cannot_be_read_or_written_are_named_and_the_others_go_on()
    {
        File.CreateSymbolicLink(_folder["in/a-link.png"], _folder["nowhere.png"]);
        Picture("b-folder.png");
        Directory.CreateDirectory(_folder["out/b-folder.png"]);
        Picture("c-full.png");
        File.CreateSymbolicLink(_folder["out/c-full.png.part"], "/dev/full");
        Picture("d-record.png");
        Directory.CreateDirectory(_folder["out/d-record.png.record.json"]);
        Picture("e/below.png");
        File.WriteAllText(_folder["out/e"], "a file where a folder is needed");
        Picture("z-good.png");

        var done = GatewayProgram.Run("deidentify", _folder["in"], _folder["out"], "--overwrite");

        Assert.Equal(1, done.ExitCode);
        Assert.DoesNotContain("   at ", done.ToString(), StringComparison.Ordinal);
        Assert.Contains("1 of 6 images de-identified", done.Output, StringComparison.Ordinal);
        AssertRefused(done, "a-link.png", "a link to nothing");
        AssertRefused(done, "b-folder.png", "let no folder have the name of an output");
        AssertRefused(done, "c-full.png", "make room on the disk");
        AssertRefused(done, "d-record.png", "no folder where it needs a file");
        AssertRefused(done, "below.png", "no file lies where the output needs a folder");
        Assert.Equal(["e", "z-good.png", "z-good.png.record.json"], Directory.EnumerateFiles(_folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_disk_that_is_full_takes_neither_the_earlier_output_nor_its_record()
    {
        Picture("still.png");
        Assert.Equal(0, GatewayProgram.Run("deidentify", _folder["in"], _folder["out"]).ExitCode);
        var (output, record) = (File.ReadAllBytes(_folder["out/still.png"]), File.ReadAllBytes(_folder["out/still.png.record.json"]));
        File.CreateSymbolicLink(_folder["out/still.png.part"], "/dev/full");

        Assert.Equal(1, GatewayProgram.Run("deidentify", _folder["in"], _folder["out"], "--overwrite").ExitCode);

        Assert.Equal(output, File.ReadAllBytes(_folder["out/still.png"]));
        Assert.Equal(record, File.ReadAllBytes(_folder["out/still.png.record.json"]));
    }

    [Fact]
    public void Videos_that_cannot_be_read_or_written_are_named_and_the_others_go_on()
    {
        ForeignTool.Require("ffmpeg", "-version");
        File.CreateSymbolicLink(_folder["in/a-link.mp4"], _folder["nowhere.mp4"]);
        Clip("b-folder.mp4");
        Directory.CreateDirectory(_folder["out/b-folder.mp4"]);
        Clip("c-evidence.mp4");
        Directory.CreateDirectory(_folder["out/c-evidence.mp4.evidence.part"]);
        Clip("d-full.mp4");
        File.CreateSymbolicLink(_folder["out/d-full.mp4.evidence.part"], "/dev/full");
        Clip("z-good.mp4");

        var done = GatewayProgram.Run("deidentify", _folder["in"], _folder["out"], "--profile", "Live", "--overwrite");

        Assert.Equal(1, done.ExitCode);
        Assert.DoesNotContain("   at ", done.ToString(), StringComparison.Ordinal);
        Assert.Contains("1 of 5 videos de-identified", done.Output, StringComparison.Ordinal);
        AssertRefused(done, "a-link.mp4", "a link to nothing");
        AssertRefused(done, "b-folder.mp4", "let no folder have the name of an output");
        AssertRefused(done, "c-evidence.mp4", "let no folder have the name of an output");
        AssertRefused(done, "d-full.mp4", "room on the disk");
        Assert.Equal(["z-good.mp4", "z-good.mp4.evidence", "z-good.mp4.record.json"], Directory.EnumerateFiles(_folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static void AssertRefused(ToolResult done, string name, string remedy) =>
        Assert.Single(done.Error.Split('\n'), line => line.StartsWith("refused: ", StringComparison.Ordinal) && line.Contains(name + ": ", StringComparison.Ordinal) && line.Contains(remedy, StringComparison.Ordinal));

    private void Picture(string name)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder["in/" + name])!);
        File.WriteAllBytes(_folder["in/" + name], _picture);
    }

    private void Clip(string name)
    {
        var made = ForeignTool.Run("ffmpeg", ["-v", "error", "-nostdin", "-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=0.12", _folder["in/" + name]]);
        Assert.True(made.ExitCode == 0, made.ToString());
    }
}
