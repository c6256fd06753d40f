using System.Diagnostics;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Tracking;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks.Frames;

/// <summary>What one round of a contender cost, a frame.</summary>
/// <param name="CpuMs">CPU time of the process that did the work.</param>
/// <param name="WallMs">Time passed.</param>
/// <param name="Faces">Regions masked.</param>
/// <param name="AllocatedBytes">Managed bytes, of the whole process.</param>
internal sealed record FrameRound(double CpuMs, double WallMs, double Faces, double AllocatedBytes);

/// <summary>Somebody who processes all frames of a clip when asked.</summary>
internal interface IFrameContender : IDisposable
{
    string Name { get; }

    FrameRound Run();
}

/// <summary>A C++ peer.</summary>
internal sealed class PeerContender(string name, PeerProcess process) : IFrameContender
{
    public string Name => name;

    /// <summary>Stages of the last round.</summary>
    public IReadOnlyList<double> Stages { get; private set; } = [];

    public FrameRound Run()
    {
        var round = process.Run();
        Stages = round.Stages;
        return new FrameRound(round.CpuMs, round.WallMs, round.Faces, 0);
    }

    public void Dispose() => process.Dispose();
}

/// <summary>Something done to each frame, one after the other, on one thread.</summary>
internal sealed class LoopContender(string name, int frames, Func<int, int> facesOf) : IFrameContender
{
    public string Name => name;

    public FrameRound Run() => Measured.Of(frames, () => Enumerable.Range(0, frames).Sum(facesOf));

    public void Dispose()
    {
    }
}

/// <summary>The stream of the product: frames are written as fast as it takes them, and read as fast as they come.</summary>
internal sealed class StreamContender : IFrameContender
{
    private readonly PipelineParts _parts;
    private readonly StreamRequest _request;
    /// <summary>
    /// Times the clip is sent in one stream: the first output of a stream is always looked at again, up to six times, which must not count as if
    /// it were so for every 24th.
    /// </summary>
    private const int Repeats = 5;

    private readonly IReadOnlyList<byte[]> _frames;

    public StreamContender(string name, OnnxDetector detector, int workers, FrameFormat format, StreamProfile profile, IReadOnlyList<byte[]> frames)
        : this(name, Parts(detector, workers), format, profile, frames)
    {
    }

    public StreamContender(string name, PipelineParts parts, FrameFormat format, StreamProfile profile, IReadOnlyList<byte[]> frames)
    {
        Name = name;
        _frames = frames;
        _request = new StreamRequest { Format = format, Width = FrameClip.Width, Height = FrameClip.Height, Profile = profile };
        _parts = parts;
    }

    /// <summary>One look at every frame and none at the output: what the peers do.</summary>
    public static StreamProfile OneLook { get; } = new(TrackingProfile.Live, int.MaxValue);

    public string Name { get; }

    public FrameRound Run() => Measured.Of(Repeats * _frames.Count, () => RunAsync().GetAwaiter().GetResult());

    public void Dispose()
    {
    }

    private static PipelineParts Parts(OnnxDetector detector, int workers) => new(
        detector,
        new SkiaStillCodec(),
        new RecordContext("benchmark", new PolicyReference("benchmark", 1), (_, digest) => digest.Clear()),
        new DetectionLane(workers),
        TimeProvider.System,
        NullLogger.Instance);

    private async Task<int> RunAsync()
    {
        await using var stream = StreamDeidentifier.Open(_parts, _request, new StreamOptions()).Stream!;
        var writing = WriteAsync(stream);
        var faces = 0;
        await foreach (var answer in stream.ReadAllAsync(CancellationToken.None))
        {
            using (answer)
            {
                faces += answer.Record.Regions.Count;
                if (answer.Record.Decision is Decision.FrameMasked or Decision.Withheld)
                {
                    throw new InvalidOperationException($"a frame was closed: {answer.Record.Reason}");
                }
            }
        }

        await writing;
        return faces;
    }

    private async Task WriteAsync(StreamDeidentifier stream)
    {
        for (var number = 0; number < Repeats * _frames.Count; number++)
        {
            await stream.WriteAsync((ulong)number, number, _frames[number % _frames.Count], CancellationToken.None);
        }

        stream.Complete();
    }
}

/// <summary>Measures work of this process.</summary>
internal static class Measured
{
    public static FrameRound Of(int frames, Func<int> facesOf)
    {
        var (allocated, cpu, started) = (GC.GetTotalAllocatedBytes(), Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        var faces = facesOf();
        var wall = Stopwatch.GetElapsedTime(started);
        return new FrameRound(
            (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds / frames,
            wall.TotalMilliseconds / frames,
            (double)faces / frames,
            (double)(GC.GetTotalAllocatedBytes() - allocated) / frames);
    }
}
