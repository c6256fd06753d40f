using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Isolation;
using Gateway.Server.Commands;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks;

/// <summary>What it costs to decode a picture in a process of its own.</summary>
internal static class IsolationBenchmark
{
    private const int Rounds = 25;

    public static Task RunAsync(TextWriter output)
    {
        using var contest = new IsolationContest();
        contest.Contest(Rounds).Run(output);
        return Task.CompletedTask;
    }
}

/// <summary>The same file through the decoder here and through a worker.</summary>
internal sealed class IsolationContest : IDisposable
{
    private readonly DecodeWorkers _workers = new(DecodeWorkerCommand.Options(TimeSpan.FromMinutes(1)) with { WorkersMax = 1 }, NullLogger.Instance);
    private readonly SkiaStillCodec _here = new();
    private readonly byte[] _file;

    public IsolationContest()
    {
        using var scene = DrawnScene.Standard().Frame();
        _file = _here.Encode(scene.Image, new StillTraits(StillFormat.Jpeg) { JpegQuality = 85 });
    }

    public Contest Contest(int rounds)
    {
        var there = new SkiaStillCodec(_workers);
        var contest = new Contest("1280 x 720 JPEG to pixels", "image", 1, rounds);
        contest.Add("decoded in this process", () => Decode(_here));
        contest.Add("decoded in a worker process", () => Decode(there));
        return contest;
    }

    public void Dispose() => _workers.Dispose();

    private void Decode(SkiaStillCodec codec)
    {
        using var decoding = codec.Decode(_file, new MediaLimits());
        if (!decoding.IsDecoded)
        {
            throw new InvalidOperationException($"The picture was not decoded: {decoding.Outcome}.");
        }
    }
}
