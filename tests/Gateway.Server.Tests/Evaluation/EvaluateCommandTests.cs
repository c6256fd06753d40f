using System.Text.RegularExpressions;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Server.Tests.MediaEvidence;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Evaluation;

/// <summary><c>gateway evaluate</c> through its command line, with the embedded detector and pictures drawn here.</summary>
public sealed partial class EvaluateCommandTests : IDisposable
{
    private const int Frames = 8;
    private const string Header = "file,track,x,y,width,height\n";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_sequence_is_measured_by_its_pixels_and_reported_with_intervals()
    {
        var labels = DrawClip();

        var result = await InProcess.RunAsync("evaluate", _folder["clip"], "--labels", labels, "--sequence", "--profile", "Live", "--report", _folder["report.html"]);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains($"{Frames} labelled frames, {Frames} faces of 12 px and more", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"all +0 of 1 +0\.000  0\.000 to 1\.000", result.Output);
        Assert.Contains("time to first mask: median 0", result.Output, StringComparison.Ordinal);
        AssertSelfContained(await File.ReadAllTextAsync(_folder["report.html"]));
    }

    [Fact]
    public async Task A_face_that_the_detector_cannot_see_is_told_as_exposed_and_never_shown()
    {
        // A label on the bare backdrop stands for a face that no detector finds.
        var labels = DrawClip("ghost", "20,20,40,48");

        var result = await InProcess.RunAsync("evaluate", _folder["clip"], "--labels", labels, "--sequence", "--profile", "Live", "--report", _folder["report.html"]);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Matches(@"all +1 of 2 +0\.500", result.Output);
        Assert.Contains("1 of 2 tracks never masked", result.Output, StringComparison.Ordinal);
        var report = await File.ReadAllTextAsync(_folder["report.html"]);
        Assert.Contains("track ghost", report, StringComparison.Ordinal);
        AssertSelfContained(report);
        foreach (Match picture in Pictures().Matches(report))
        {
            using var image = new SkiaStillCodec().Decode(Convert.FromBase64String(picture.Groups["data"].Value), new MediaLimits());
            Assert.True(Math.Max(image.Image!.Width, image.Image.Height) <= 24);
        }
    }

    [Fact]
    public async Task Stills_go_through_the_still_path_and_a_picture_that_is_refused_is_named_and_not_counted()
    {
        using var frame = DrawnScene.Standard().Frame();
        _folder.Write("scene.jpg", new SkiaStillCodec().Encode(frame.Image, new StillTraits(StillFormat.Jpeg)));
        _folder.Write("broken.jpg", [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2]);
        var lines = frame.Faces.Select(face => FormattableString.Invariant($"scene.jpg,,{face.X},{face.Y},{face.Width},{face.Height}\n"));
        File.WriteAllText(_folder["labels.csv"], Header + string.Concat(lines) + "broken.jpg,,1,1,40,40\n");

        var result = await InProcess.RunAsync("evaluate", _folder.Path, "--labels", _folder["labels.csv"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Matches(@"above 96 +3 of 3 +1\.000", result.Output);
        Assert.Contains("1 labelled pictures, 4 faces", result.Output, StringComparison.Ordinal);
        Assert.Contains("refused, and in no figure: broken.jpg", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_that_was_masked_whole_is_named_with_the_reason()
    {
        using var dark = PixelImage.Create(PixelLayout.Bgra32, 320, 180);
        _folder.Write("dark.png", new SkiaStillCodec().Encode(dark, new StillTraits(StillFormat.Png)));
        File.WriteAllText(_folder["labels.csv"], Header + "dark.png,,100,60,40,48\n");

        var result = await InProcess.RunAsync("evaluate", _folder.Path, "--labels", _folder["labels.csv"], "--report", _folder["report.html"]);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Matches(@"BlindFrame +1  too dark", result.Output);
        Assert.Contains("    dark.png\n", result.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("<td>dark.png</td>", await File.ReadAllTextAsync(_folder["report.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_mistake_of_a_label_file_is_told_at_once_and_nothing_is_measured()
    {
        DrawClip();
        File.WriteAllText(_folder["labels.csv"], Header + "absent.png,,1,2,3,4\n000.png,,1,2,0,4\n000.png,,one,2,3,4\n");

        var result = await InProcess.RunAsync("evaluate", _folder["clip"], "--labels", _folder["labels.csv"], "--report", _folder["report.html"]);

        Assert.Equal(2, result.ExitCode);
        Assert.All([2, 3, 4], line => Assert.Contains($"--labels, line {line}", result.Error, StringComparison.Ordinal));
        Assert.Contains("3 findings", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["report.html"]));
    }

    [Fact]
    public async Task Frames_of_two_sizes_are_no_sequence()
    {
        var labels = DrawClip();
        using var other = new DrawnScene(64, 64, []).Frame();
        _folder.Write("clip/999.png", new SkiaStillCodec().Encode(other.Image, new StillTraits(StillFormat.Png)));

        var result = await InProcess.RunAsync("evaluate", _folder["clip"], "--labels", labels, "--sequence", "--profile", "Live");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("all frames of a sequence must have one size", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FOLDER and --labels")]
    [InlineData("FOLDER and --labels", "--labels", "absent.csv")]
    [InlineData("Deidentification:ModelManifest", "--drawn", "--model", "some.onnx")]
    [InlineData("Deidentification:Technique", "--drawn", "--technique", "Blur")]
    public async Task What_is_missing_is_named_with_a_remedy(string setting, params string[] arguments)
    {
        var result = await InProcess.RunAsync(["evaluate", .. arguments]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(setting, result.Error, StringComparison.Ordinal);
        Assert.Contains("remedy:", result.Error, StringComparison.Ordinal);
    }

    private static void AssertSelfContained(string report)
    {
        Assert.DoesNotContain("<script", report, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("http://", report, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https://", report, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("default-src 'none'", report, StringComparison.Ordinal);
        Assert.Contains("<svg", report, StringComparison.Ordinal);
    }

    /// <summary>Writes a short clip with one face, and its labels.</summary>
    private string DrawClip(string? moreTrack = null, string moreBox = "")
    {
        var scene = new DrawnScene(320, 180, [DrawnScene.StandardFaces()[0] with { CenterX = 200, CenterY = 85, Size = 42 }]);
        Directory.CreateDirectory(_folder["clip"]);
        var labels = Header;
        for (var number = 0; number < Frames; number++)
        {
            using var frame = scene.Frame(number);
            _folder.Write($"clip/{number:D3}.png", new SkiaStillCodec().Encode(frame.Image, new StillTraits(StillFormat.Png)));
            var face = frame.Faces[0];
            labels += FormattableString.Invariant($"{number:D3}.png,person,{face.X},{face.Y},{face.Width},{face.Height}\n");
            labels += moreTrack is null ? "" : $"{number:D3}.png,{moreTrack},{moreBox}\n";
        }

        File.WriteAllText(_folder["labels.csv"], labels);
        return _folder["labels.csv"];
    }

    [GeneratedRegex("base64,(?<data>[A-Za-z0-9+/=]+)")]
    private static partial Regex Pictures();
}
