using Gateway.Benchmarks.Frames;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Redaction;
using Gateway.Deidentification.Tracking;
using Gateway.TestKit;

namespace Gateway.Benchmarks;

/// <summary>
/// Where the CPU time of a frame goes: the steps of the pipeline one after the other on one thread, each with its own time, and the stream of
/// the product over the same frames beside them. What the stream needs beyond the sum is hand-offs between threads.
/// </summary>
internal static class StagesBenchmark
{
    private const int Frames = 12;
    private const int Rounds = 9;

    public static Task RunAsync(TextWriter output)
    {
        using var folder = new TempFolder();
        using var detector = BenchmarkModels.OpenSinglePass(folder);
        foreach (var clip in (FrameClip[])[FrameClip.TwoFaces(Frames), FrameClip.FiftyFaces(Frames)])
        {
            Run(output, $"JPEG, {clip.Name}", detector, FrameFormat.Jpeg, clip.Jpegs);
            Run(output, $"JPEG with tables made for each picture, {clip.Name}", detector, FrameFormat.Jpeg, clip.OwnTables);
            Run(output, $"I420, {clip.Name}", detector, FrameFormat.I420, clip.I420);
        }

        return Task.CompletedTask;
    }

    private static void Run(TextWriter output, string title, OnnxDetector detector, FrameFormat format, IReadOnlyList<byte[]> frames)
    {
        var stages = new StageClock();
        var steps = new FrameSteps(detector, format, stages);
        using var stream = new StreamContender("", detector, 1, format, StreamContender.OneLook, frames);
        steps.Run(frames);
        stream.Run();
        stages.Restart();
        var (whole, walls) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            steps.Run(frames);
            var measured = stream.Run();
            whole.Add(measured.CpuMs);
            walls.Add(measured.WallMs);
        }

        output.WriteLine();
        output.WriteLine($"## Stages of a frame: {title} ({Rounds} rounds of {frames.Count}, medians of thread CPU ms a frame)");
        var sum = 0d;
        foreach (var (name, milliseconds) in stages.Medians(frames.Count))
        {
            output.WriteLine($"{name,-60} {milliseconds,8:F3}");
            sum += milliseconds;
        }

        output.WriteLine($"{"sum",-60} {sum,8:F3}");
        output.WriteLine($"{"the stream of the product, CPU of the process",-60} {whole.Order().ElementAt(Rounds / 2),8:F3}  wall {walls.Order().ElementAt(Rounds / 2):F3}");
    }
}

/// <summary>The steps of the pipeline with one look at every frame and none at the output, in the order in which a worker takes them.</summary>
internal sealed class FrameSteps(OnnxDetector detector, FrameFormat format, StageClock clock)
{
    private readonly SkiaStillCodec _codec = new();
    private readonly MediaLimits _limits = new();
    private readonly LumaHistogram _luma = new();
    private readonly RegionMasker _masker = RegionMasker.ForStream(RedactionChoice.Default);
    private readonly byte[] _digest = new byte[32];

    public void Run(IReadOnlyList<byte[]> frames)
    {
        var window = new LookAheadWindow(TrackingProfile.Live with { LookAheadFrames = 0 }, detector.Thresholds);
        FrameMask? mask = null;
        clock.BeginRound();
        for (var number = 0; number < frames.Count; number++)
        {
            mask = Run(frames[number], (ulong)number, window, mask);
        }

        clock.EndRound();
    }

    private FrameMask Run(byte[] frame, ulong number, LookAheadWindow window, FrameMask? mask)
    {
        clock.Begin();
        using var taken = FrameBuffer.CopyOf(frame);
        clock.End("copy in");
        using var image = Open(taken, out var traits);
        clock.End("open: header, Huffman decode, half planes");
        _luma.Measure(image);
        clock.End("brightness");
        var found = detector.Detect(image, CancellationToken.None);
        clock.End("detect: tensor, inference, heads");
        var regions = window.Add(found.Regions, isCut: false);
        clock.End("tracking");
        mask ??= new FrameMask(image);
        mask.Clear();
        foreach (var region in regions.Regions)
        {
            mask.Add(region);
        }

        clock.End("mask");
        CoefficientPath.BeforeFill(image, mask.Map, RedactionTechnique.OutsideFill);
        clock.End("decode of what surrounds the masks");
        _masker.Fill(image, mask.Map, mask.Regions, number);
        clock.End("fill");
        ReadOnlyMemory<byte> output = image.Jpeg is null ? image.Memory : CoefficientPath.Write(_codec, image, traits, mask.Map);
        clock.End("write");
        System.Security.Cryptography.SHA256.HashData(output.Span, _digest);
        clock.End("SHA-256 of the output");
        image.Dispose();
        taken.Dispose();
        clock.End("zeroing");
        return mask;
    }

    private PixelImage Open(FrameBuffer taken, out StillTraits traits)
    {
        traits = new StillTraits(StillFormat.Jpeg);
        if (format.ToLayout() is { } layout)
        {
            return PixelImage.Adopt(layout, FrameClip.Width, FrameClip.Height, taken.Detach());
        }

        var decoding = CoefficientPath.Open(_codec, taken.Bytes, _limits);
        traits = decoding.Traits!;
        return decoding.Image!;
    }
}
