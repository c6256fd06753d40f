using System.Text;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Tests.Video;
using Gateway.Deidentification.Video;
using Gateway.TestKit;
using SkiaSharp;

namespace Gateway.Deidentification.Tests.Acceptance;

/// <summary>
/// A real clip with a moving camera and two cuts through the whole video path. Needs ffmpeg, and media and the comparison model beside the checkout;
/// without them these are skipped by name. GATEWAY_ALL_FRAMES=1 looks at every frame of the clip instead of an excerpt over a cut.
/// </summary>
public sealed class PeopleVideoTests(ITestOutputHelper output) : IDisposable
{
    private const int Frames = 225;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_clip_keeps_frames_and_times_and_loses_sound_and_tags()
    {
        Ffmpeg.Require();
        var source = SharedMedia.Require("video/people.mp4");
        Assert.Contains("private title", Tags(source), StringComparison.Ordinal);
        Assert.Contains("+37.5665+126.9780/", Tags(source), StringComparison.Ordinal);

        var answer = await new VideoBench(_folder).RunAsync(source, "out.mp4");

        Assert.Equal((VideoOutcome.Deidentified, (long)Frames), (answer.Outcome, answer.Counts.Answered));
        var (before, after) = (Ffmpeg.Times(source), Ffmpeg.Times(_folder["out.mp4"]));
        Assert.Equal(Frames, before.Length);
        Assert.Equal(before, after);
        Assert.Equal(["video"], Ffmpeg.Probe(_folder["out.mp4"], "stream=codec_type"));
        Assert.DoesNotContain("private title", Tags(_folder["out.mp4"]) + Text(_folder["out.mp4"]), StringComparison.Ordinal);
        Assert.DoesNotContain("37.5665", Tags(_folder["out.mp4"]) + Text(_folder["out.mp4"]), StringComparison.Ordinal);
        Assert.Empty(Ffmpeg.Probe(_folder["out.mp4"], "format_tags=location,location-eng,title"));
    }

    [Fact]
    public async Task With_the_comparison_model_no_track_is_exposed_in_any_frame()
    {
        Ffmpeg.Require();
        var clip = SharedMedia.Require("video/people.mp4");
        var comparison = ComparisonModel.Require();
        var isWhole = Environment.GetEnvironmentVariable("GATEWAY_ALL_FRAMES") == "1";
        var source = isWhole ? clip : Ffmpeg.Make(_folder["excerpt.mp4"], "-ss", "2.76", "-i", clip, "-t", "0.32", "-map", "0:v", "-c:v", "libx264", "-crf", "8");
        using var detector = comparison.Open();

        var answer = await new VideoBench(_folder, detector).RunAsync(source, "out.mp4", job => job with { Profile = StreamProfile.Assured });

        Assert.Equal(VideoOutcome.Deidentified, answer.Outcome);
        using var scan = new IndependentScan(comparison.Path);
        var (before, after) = (Scan(scan, source, "in"), Scan(scan, _folder["out.mp4"], "out"));
        Assert.Equal((isWhole ? Frames : 8, before.Count), (before.Count, after.Count));
        var tracks = new FaceTracks();
        for (var frame = 0; frame < before.Count; frame++)
        {
            tracks.Add(frame, before[frame]);
        }

        var foundAgain = tracks.FoundAgain(frame => after.ElementAtOrDefault(frame) ?? []).ToList();
        var exposed = foundAgain.Count(track => track.Any(place => Repeats(place.Frame, place.Seen)));
        var (blocks, shown) = Shown(before);
        output.WriteLine($"{before.Count} frames, {before.Sum(faces => faces.Count)} faces in {tracks.All.Count} tracks before, {after.Sum(faces => faces.Count)} finds after, over {foundAgain.Count} tracks, {exposed} of these exposed; {shown} faces shown by {blocks} blocks of pixels; {answer.Counts.Masked} frames masked whole");
        Assert.True(tracks.All.Count >= 4 && blocks > 100, "the scan must see the faces of the clip");
        Assert.Equal((0, 0), (exposed, shown));

        // Held masks that grow from each other's guesses once closed 138 frames of the clip; three faces before the camera close some by themselves.
        Assert.InRange(answer.Counts.Masked, 0, isWhole ? Frames / 5 : before.Count);
    }

    private List<IReadOnlyList<RegionBox>> Scan(IndependentScan scan, string path, string name)
    {
        Directory.CreateDirectory(_folder[name]);
        Ffmpeg.Make(Path.Combine(_folder[name], "%05d.png"), "-i", path, "-map", "0:v:0", "-fps_mode", "passthrough", "-compression_level", "1");
        return [.. Pictures(name).Select(file => (IReadOnlyList<RegionBox>)scan.Faces(File.ReadAllBytes(file)))];
    }

    /// <summary>
    /// What the pixels say, whatever a detector makes of them: faces of which more than one block in a hundred repeats the source. Of 78,000 blocks under
    /// masks one does by chance.
    /// </summary>
    private (int Blocks, int Shown) Shown(List<IReadOnlyList<RegionBox>> faces)
    {
        var sum = (Blocks: 0, Shown: 0);
        var (sources, outputs) = (Pictures("in"), Pictures("out"));
        foreach (var (frame, boxes) in faces.Index())
        {
            using var source = SKBitmap.Decode(sources[frame]);
            using var masked = SKBitmap.Decode(outputs[frame]);
            foreach (var box in boxes)
            {
                var (telling, repeated) = RepeatedDetail.InFace(source, masked, box);
                sum = (sum.Blocks + telling, sum.Shown + (repeated * 100 > telling ? 1 : 0));
            }
        }

        return sum;
    }

    /// <summary>
    /// Whether a find in the output shows pixels of the source. A detector at 0.5 also finds faces in fills, whose grain is another in every run; only where
    /// the pixels can tell and repeat nothing is such a find excused.
    /// </summary>
    private bool Repeats(int frame, RegionBox seen)
    {
        using var source = SKBitmap.Decode(Pictures("in")[frame]);
        using var masked = SKBitmap.Decode(Pictures("out")[frame]);
        var (telling, repeated) = RepeatedDetail.In(source, masked, seen);
        return telling == 0 || repeated * 100 > telling;
    }

    private string[] Pictures(string name) => [.. Directory.EnumerateFiles(_folder[name]).Order(StringComparer.Ordinal)];

    private static string Tags(string path) => string.Join('\n', Ffmpeg.Probe(path, "format_tags"));

    private static string Text(string path) => Encoding.Latin1.GetString(File.ReadAllBytes(path));
}
