using System.Numerics;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Evaluation;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Records;
using Gateway.Server.Tests.MediaEvidence;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Evaluation;

/// <summary>The attack must be able to succeed before its failure means anything.</summary>
public sealed class ReidentificationTests : IDisposable
{
    private const int People = 8;
    private const int Frames = 12;
    private const int Width = 640;
    private const int Height = 180;

    private readonly TempFolder _folder = new();

    public ReidentificationTests()
    {
        var model = TinyRecogniser.Model();
        _folder.Write("tiny.onnx", model);
        File.WriteAllText(_folder["tiny.json"], TinyRecogniser.Manifest(model));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Outputs_in_which_faces_are_clear_are_recognised_every_time()
    {
        var result = Attack(output => output.Bytes.ToArray());

        Assert.Equal((People, new Proportion(People, People), new Proportion(People, People), true), (result.Identities, result.Clear, result.Deidentified, result.SaysSomething));
    }

    [Fact]
    public void Outputs_that_show_nothing_are_recognised_as_often_as_by_guessing()
    {
        var result = Attack(output => new byte[output.Length]);

        Assert.Equal((new Proportion(People, People), new Proportion(1, People), 1.0 / People), (result.Clear, result.Deidentified, result.Chance));
    }

    [Fact]
    public async Task The_command_tells_both_rates_and_guessing_and_keeps_no_embedding()
    {
        WriteClip();

        var result = await InProcess.RunAsync(
            "evaluate", _folder["clip"], "--labels", _folder["labels.csv"], "--sequence", "--profile", "Live", "--recogniser", _folder["tiny.onnx"], "--recogniser-manifest", _folder["tiny.json"]);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("re-identification by tiny 1: rank 1 among 8 faces, guessing finds 0.125", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"clear +8 of 8 +1\.000", result.Output);
        Assert.Equal(["clip", "labels.csv", "tiny.json", "tiny.onnx"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_recogniser_without_its_manifest_is_refused_by_name()
    {
        var result = await InProcess.RunAsync("evaluate", "--drawn", "--recogniser", _folder["tiny.onnx"]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("--recogniser-manifest", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_mistake_of_a_manifest_is_told_at_once()
    {
        File.WriteAllText(_folder["tiny.json"], """{ "id": "tiny", "task": "face-detection", "sha256": "00", "input": { "name": "input", "side": 9, "channels": "GRB" } }""");

        var (manifest, _, findings) = RecogniserManifest.Load(_folder["tiny.onnx"], _folder["tiny.json"]);

        Assert.Null(manifest);
        Assert.All(["version", "task", "sha256", "input.side", "input.channels", "output"], field => Assert.Contains(findings, finding => finding.StartsWith(field + ":", StringComparison.Ordinal)));
    }

    private ReidentificationResult Attack(Func<PixelImage, byte[]> deidentify)
    {
        var (manifest, model, findings) = RecogniserManifest.Load(_folder["tiny.onnx"], _folder["tiny.json"]);
        Assert.Empty(findings);
        using var recogniser = new Recogniser(manifest!, model);
        using var attack = new ReidentificationAttack(recogniser, isStills: false);
        var scene = Scene();
        for (var number = 0; number < Frames; number++)
        {
            using var frame = scene.Frame(number);
            var faces = Labels(frame);
            attack.SeeClear("clip", number, new EvaluatedPicture($"{number}", frame.Image, faces));
            var sighting = new PictureSighting("clip", number, Decision.RegionsMasked, Reason.None, 0, [.. faces.Select(face => new FaceSighting(face, 1))]);
            attack.SeeOutput(new EvaluatedOutput($"{number}", sighting, CoverMap.Whole(Width, Height), deidentify(frame.Image)));
        }

        return attack.Run();
    }

    private void WriteClip()
    {
        var (scene, lines) = (Scene(), "file,track,x,y,width,height\n");
        Directory.CreateDirectory(_folder["clip"]);
        for (var number = 0; number < Frames; number++)
        {
            using var frame = scene.Frame(number);
            _folder.Write($"clip/{number:D3}.png", new SkiaStillCodec().Encode(frame.Image, new StillTraits(StillFormat.Png)));
            lines += string.Concat(Labels(frame).Select(face => FormattableString.Invariant($"{number:D3}.png,{face.Track},{face.Box.X},{face.Box.Y},{face.Box.Width},{face.Box.Height}\n")));
        }

        File.WriteAllText(_folder["labels.csv"], lines);
    }

    private static List<LabelledFace> Labels(DrawnFrame frame) => [.. frame.Faces.Select((box, index) => new LabelledFace(box, $"{index}", 0))];

    private static DrawnScene Scene() => new(Width, Height, Enumerable.Range(0, People).Select(index => new DrawnFace(
        45 + (index * 78), 80, 30, new Vector3(90 + (index % 4 * 45), 60 + (index * 20), 200 - (index * 20)), new Vector3(index * 25, 30, 255 - (index * 25)), new Vector3(40, 60, 90))));
}
