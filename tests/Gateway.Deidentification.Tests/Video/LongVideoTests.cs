using Gateway.Deidentification.Video;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Video;

/// <summary>A long video costs no more memory than a short one. Runs alone: it counts what the whole process holds.</summary>
[Collection("alone")]
public sealed class LongVideoTests(ITestOutputHelper output) : IDisposable
{
    private const int Width = 320;
    private const int Height = 180;
    private const int FramesPerSecond = 25;
    private const int ShortSeconds = 5;

    /// <summary>Frames from one measurement to the next; each is taken after a full collection, so that it counts what is held.</summary>
    private const int MeasuredEvery = 25;

    /// <summary>What a longer video may hold more. Its frames are 86 KiB each: fifty that were kept would show.</summary>
    private const long GrowthBytesMax = 4L << 20;

    private static readonly int LongSeconds = Repeats.Of("GATEWAY_VIDEO_SECONDS", 60);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_video_of_a_minute_holds_no_more_memory_than_one_of_5_seconds()
    {
        Ffmpeg.Require();
        var peakShort = await PeakOfAsync(ShortSeconds);

        var peakLong = await PeakOfAsync(LongSeconds);

        output.WriteLine($"{ShortSeconds} s hold at most {peakShort >> 10} KiB, {LongSeconds} s {peakLong >> 10} KiB, {Width} x {Height}");
        Assert.InRange(peakLong - peakShort, long.MinValue, GrowthBytesMax);
    }

    /// <summary>Most managed memory held at any measured frame of a video.</summary>
    private async Task<long> PeakOfAsync(int seconds)
    {
        var source = Ffmpeg.Make(_folder[$"{seconds}.mp4"], [.. Ffmpeg.Picture(seconds, Width, Height), "-c:v", "libx264", "-preset", "ultrafast"]);
        var (frames, peak) = (0L, 0L);
        var bench = new VideoBench(_folder)
        {
            Seen = _ =>
            {
                if (++frames % MeasuredEvery == 0)
                {
                    peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true));
                }
            },
        };

        var answer = await bench.RunAsync(source, $"{seconds}-out.mp4");

        Assert.Equal((VideoOutcome.Deidentified, (long)seconds * FramesPerSecond), (answer.Outcome, frames));
        return peak;
    }
}
