using System.Globalization;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Evaluation;
using Gateway.Deidentification.Media;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Acceptance;

/// <summary>
/// The label files beside this one, with which <c>gateway evaluate</c> is run for the model card. Nobody labelled by hand: they are what the
/// independent scan finds, so they say nothing of faces that the comparison model never sees. Boxes only; they name nobody.
/// With GATEWAY_WRITE_LABELS=1 those of the photographs are written again, and with GATEWAY_FRAMES=FOLDER those of the frames in it (see MODEL_CARD.md).
/// </summary>
public sealed class ReferenceLabelTests
{
    private const string PhotoLabels = "photos.labels.csv";
    private const string ClipLabels = "people.labels.csv";
    private const int FramesApart = 5;

    /// <summary>Photographs that are scanned again in every run; all of them would take too long.</summary>
    private static readonly string[] Sample = ["photo-001.jpg", "photo-048.jpg", "photo-110.jpg"];

    [Fact]
    public void The_labels_of_the_photographs_are_what_the_scan_finds()
    {
        var comparison = ComparisonModel.Require();
        var folder = Path.GetDirectoryName(SharedMedia.Require("photos/photo-104.jpg"))!;
        using var scan = new IndependentScan(comparison.Path);
        if (Environment.GetEnvironmentVariable("GATEWAY_WRITE_LABELS") == "1")
        {
            WriteAll(scan, folder);
            Assert.Fail("wrote the labels; run again without GATEWAY_WRITE_LABELS");
        }

        var labels = LabelFile.Read(PathOf(PhotoLabels), folder);

        Assert.Empty(labels.Findings);
        Assert.All(Sample, name => Assert.Equal(Found(scan, Path.Combine(folder, name)).Count, labels.Faces[name].Count));
        Assert.All(Sample, name => Assert.All(
            Found(scan, Path.Combine(folder, name)),
            box => Assert.Contains(labels.Faces[name], face => face.Box.IntersectionOverUnion(box) > 0.95f)));
    }

    private static string PathOf(string name) => Repository.PathOf("tests", "Gateway.Deidentification.Tests", "Acceptance", name);

    private static List<RegionBox> Found(IndependentScan scan, string path)
    {
        var file = File.ReadAllBytes(path);
        using var upright = new SkiaStillCodec().Decode(file, new MediaLimits());
        var faces = scan.Faces(file);

        // The scan knows nothing of orientation: labels are of the upright picture.
        Assert.All(faces, face => Assert.True(face.CenterX < upright.Image!.Width && face.CenterY < upright.Image.Height, path));
        return faces;
    }

    private static void WriteAll(IndependentScan scan, string folder)
    {
        if (Environment.GetEnvironmentVariable("GATEWAY_FRAMES") is { } frames)
        {
            using var clip = Begin(ClipLabels, "frames of video/people.mp4, every fifth; a track ends where no box of the next three overlaps it");
            var tracks = new BoxTracks();
            foreach (var path in Directory.EnumerateFiles(frames, "*.jpg").Order(StringComparer.Ordinal).Where((_, number) => number % FramesApart == 0))
            {
                Write(clip, Path.GetFileName(path), tracks.Next(Found(scan, path)));
            }

            return;
        }

        using var photos = Begin(PhotoLabels, "photographs of the shared media");
        foreach (var path in Directory.EnumerateFiles(folder, "photo-*.jpg").Order(StringComparer.Ordinal))
        {
            Write(photos, Path.GetFileName(path), Found(scan, path).Select(box => (box, "")));
        }
    }

    private static StreamWriter Begin(string name, string what)
    {
        var writer = new StreamWriter(PathOf(name)) { NewLine = "\n" };
        writer.WriteLine($"# Faces that the comparison model finds at a score of at least 0.5 in an independent scan of the {what}.");
        writer.WriteLine(LabelFile.Header);
        return writer;
    }

    private static void Write(StreamWriter writer, string name, IEnumerable<(RegionBox Box, string Track)> faces)
    {
        var any = false;
        foreach (var (box, track) in faces)
        {
            any = true;
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name},{track},{box.X:F1},{box.Y:F1},{box.Width:F1},{box.Height:F1}"));
        }

        if (!any)
        {
            writer.WriteLine($"{name},,,,,");
        }
    }

    /// <summary>Joins boxes of consecutive frames by overlap, with nothing of the product's tracker.</summary>
    private sealed class BoxTracks
    {
        private const float IouMin = 0.3f;
        private const int GapMax = 3;

        private readonly List<(string Name, RegionBox Box, int Last)> _open = [];
        private int _frame;
        private int _tracks;

        public List<(RegionBox Box, string Track)> Next(List<RegionBox> boxes)
        {
            _frame++;
            _open.RemoveAll(track => _frame - track.Last > GapMax);
            var named = new List<(RegionBox Box, string Track)>();
            foreach (var box in boxes)
            {
                var best = Enumerable.Range(0, _open.Count).Where(index => _open[index].Last < _frame).OrderByDescending(index => _open[index].Box.IntersectionOverUnion(box)).Cast<int?>().FirstOrDefault();
                if (best is { } index && _open[index].Box.IntersectionOverUnion(box) >= IouMin)
                {
                    _open[index] = (_open[index].Name, box, _frame);
                    named.Add((box, _open[index].Name));
                }
                else
                {
                    _tracks++;
                    _open.Add(($"{_tracks}", box, _frame));
                    named.Add((box, $"{_tracks}"));
                }
            }

            return named;
        }
    }
}
