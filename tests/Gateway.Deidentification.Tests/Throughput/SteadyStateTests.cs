using System.Numerics;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;
using Gateway.Deidentification.Pipeline;

namespace Gateway.Deidentification.Tests.Throughput;

/// <summary>What a stream costs in memory once it flows. These run alone: they count what the whole process allocates.</summary>
[Collection(AloneGroup.Name)]
public sealed class SteadyStateTests(ITestOutputHelper output)
{
    private const int WarmUpFrames = 80;
    private const int MeasuredFrames = 360;
    private const int AllocatedBytesMax = 1024;

    [Theory]
    [InlineData("live")]
    [InlineData("assured")]
    public async Task A_raw_frame_in_steady_state_allocates_less_than_1_KiB_in_the_whole_process(string profile)
    {
        using var detector = OnnxDetector.Open(ModelFile.Load(new ModelOptions(), TimeProvider.System).Model!, new DetectorOptions { SmallestFacePx = 20 }).Detector!;
        var request = new StreamRequest
        {
            Format = FrameFormat.I420,
            Width = TwoFaces.Width,
            Height = TwoFaces.Height,
            Profile = profile == "live" ? StreamProfile.Live : StreamProfile.Assured,
        };
        await using var stream = StreamDeidentifier.Open(StreamWith.Parts(detector), request, new StreamOptions { FrameDeadline = TimeSpan.FromMinutes(5) }).Stream!;

        var run = await StreamWith.RunAsync(stream, TwoFaces.Frames(16), WarmUpFrames, MeasuredFrames);

        output.WriteLine($"{profile}: {run.BytesPerFrame:F0} bytes a frame, {run.Regions / (double)MeasuredFrames:F1} regions a frame, {run.Closed} closed");
        Assert.Equal(0, run.Closed);
        Assert.InRange(run.Regions, MeasuredFrames, 4 * MeasuredFrames);
        Assert.InRange(run.BytesPerFrame, 0, AllocatedBytesMax);
    }

    [Theory]
    [InlineData("live")]
    [InlineData("assured")]
    public async Task A_JPEG_frame_in_steady_state_allocates_less_than_1_KiB_in_the_whole_process(string profile)
    {
        using var detector = OnnxDetector.Open(ModelFile.Load(new ModelOptions(), TimeProvider.System).Model!, new DetectorOptions { SmallestFacePx = 20 }).Detector!;
        var request = new StreamRequest
        {
            Format = FrameFormat.Jpeg,
            Width = TwoFaces.Width,
            Height = TwoFaces.Height,
            Profile = profile == "live" ? StreamProfile.Live : StreamProfile.Assured,
        };
        await using var stream = StreamDeidentifier.Open(StreamWith.Parts(detector), request, new StreamOptions { FrameDeadline = TimeSpan.FromMinutes(5) }).Stream!;

        var run = await StreamWith.RunAsync(stream, TwoFaces.Jpegs(16), WarmUpFrames, MeasuredFrames);

        output.WriteLine($"{profile}: {run.BytesPerFrame:F0} bytes a frame, {run.Regions / (double)MeasuredFrames:F1} regions a frame, {run.Closed} closed");
        Assert.Equal(0, run.Closed);
        Assert.InRange(run.Regions, MeasuredFrames, 4 * MeasuredFrames);
        Assert.InRange(run.BytesPerFrame, 0, AllocatedBytesMax);
    }

    [Fact]
    public async Task Eight_streams_of_720p_in_assured_that_nobody_reads_stay_below_44_MiB_each()
    {
        const int streams = 8;
        const long bytesMax = streams * 44L * 1024 * 1024;
        var frame = new byte[PixelImage.LengthOf(PixelLayout.I420, 1280, 720)];
        new Gateway.TestKit.SeededGenerator(1).Fill(frame);
        var request = new StreamRequest { Format = FrameFormat.I420, Width = 1280, Height = 720 };
        var parts = StreamWith.Parts(new OneFaceDetector());
        var before = Held();
        var opened = Enumerable.Range(0, streams).Select(_ => StreamDeidentifier.Open(parts, request, new StreamOptions()).Stream!).ToList();

        // 28 frames of 1.3 MiB a stream. Nobody reads, so every queue of every stream fills up: it holds as many frames as it ever can.
        var taken = await Task.WhenAll(opened.Select(stream => StreamWith.FillAsync(stream, frame)));
        var after = Held();
        foreach (var stream in opened)
        {
            await stream.DisposeAsync();
        }

        var (live, resident) = (after.Live - before.Live, after.Resident - before.Resident);
        output.WriteLine($"{streams} streams hold {taken.Sum()} frames; {live / 1048576.0:F0} MiB are live, resident memory grew by {resident / 1048576.0:F0} MiB");
        Assert.All(taken, frames => Assert.InRange(frames, 16, 40));
        Assert.True(resident <= bytesMax, $"resident memory grew by {resident} bytes");

        // What is live counts as well: resident memory may shrink by what other tests gave back, and such a check could not fail. Some of the frames may lie in memory that the pool had before.
        Assert.InRange(live, 0.5 * taken.Sum() * frame.Length, bytesMax);
    }

    // Aggressive: freed memory goes back to the system now, and not in the middle of what is measured.
    private static (long Live, long Resident) Held()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return (GC.GetTotalMemory(forceFullCollection: false), Environment.WorkingSet);
    }

    /// <summary>The memory of frames is what counts here, not of inference: that is one context a worker, whatever the number of streams.</summary>
    private sealed class OneFaceDetector : IRegionDetector
    {
        private static readonly RegionDetection[] Found = [new RegionDetection(new RegionBox(600, 300, 80, 100), 0.9f)];

        public ModelReference Model { get; } = new("one-face", "1", new byte[32], "CPU");

        public ScoreThresholds Thresholds { get; } = new(0.5f, 0.2f, 0.2f);

        public bool Covers(int width, int height) => true;

        public DetectionResult Detect(PixelImage image, CancellationToken cancellationToken) => new(DetectionOutcome.Detected, Found);
    }
}

/// <summary>Tests that measure the process and must not share it with others that run.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneGroup
{
    public const string Name = "alone in the process";
}

/// <summary>A small clip of two drawn faces.</summary>
internal static class TwoFaces
{
    public const int Width = 320;
    public const int Height = 192;

    public static IReadOnlyList<byte[]> Frames(int count)
    {
        var scene = Scene();
        return [.. Enumerable.Range(0, count).Select(number => ToI420(scene.Frame(number)))];
    }

    private static DrawnScene Scene() => new(Width, Height,
    [
        new DrawnFace(90, 90, 26, new Vector3(225, 180, 150), new Vector3(60, 40, 30), new Vector3(40, 60, 90)),
        new DrawnFace(230, 100, 22, new Vector3(170, 120, 90), new Vector3(20, 20, 20), new Vector3(96, 52, 60)),
    ]);

    public static IReadOnlyList<byte[]> Jpegs(int count) => [.. Enumerable.Range(0, count).Select(number =>
    {
        using var frame = Scene().Frame(number);
        return new SkiaStillCodec().Encode(frame.Image, new StillTraits(StillFormat.Jpeg) { JpegQuality = 85 });
    })];

    private static byte[] ToI420(DrawnFrame frame)
    {
        using (frame)
        {
            var bytes = new byte[PixelImage.LengthOf(PixelLayout.I420, Width, Height)];
            var chroma = Width * Height;
            for (var y = 0; y < Height; y++)
            {
                for (var x = 0; x < Width; x++)
                {
                    var (blue, green, red) = (frame.Image.Bytes[4 * ((y * Width) + x)], frame.Image.Bytes[(4 * ((y * Width) + x)) + 1], frame.Image.Bytes[(4 * ((y * Width) + x)) + 2]);
                    bytes[(y * Width) + x] = (byte)(16 + (((66 * red) + (129 * green) + (25 * blue)) >> 8));
                    if (x % 2 == 0 && y % 2 == 0)
                    {
                        bytes[chroma] = (byte)(128 + (((-38 * red) - (74 * green) + (112 * blue)) >> 8));
                        bytes[(chroma++) + (Width * Height / 4)] = (byte)(128 + (((112 * red) - (94 * green) - (18 * blue)) >> 8));
                    }
                }
            }

            return bytes;
        }
    }
}
