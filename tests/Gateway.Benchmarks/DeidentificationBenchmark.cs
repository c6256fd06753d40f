using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks;

/// <summary>A 1280 x 720 JPEG through the gateway, against decode, the same inference and encode alone.</summary>
internal static class DeidentificationBenchmark
{
    private const int Rounds = 15;

    public static Task RunAsync(TextWriter output)
    {
        using var stills = new StillContest();
        stills.Contest(Rounds).Run(output);
        stills.Stages(Rounds).Run(output);
        return Task.CompletedTask;
    }
}

/// <summary>The contenders and what they need.</summary>
internal sealed class StillContest : IDisposable
{
    private readonly SkiaStillCodec _codec = new();
    private readonly MediaLimits _limits = new();
    private readonly OnnxDetector _detector;
    private readonly StillDeidentifier _stills;
    private readonly byte[] _jpeg;
    private readonly PixelImage _image;
    private readonly StillTraits _traits = new(StillFormat.Jpeg) { JpegQuality = 85 };

    public StillContest()
    {
        using var scene = DrawnScene.Standard().Frame();
        _image = scene.Image.Copy();
        _jpeg = _codec.Encode(scene.Image, _traits);
        _detector = OnnxDetector.Open(ModelFile.Load(new ModelOptions(), TimeProvider.System).Model!, new DetectorOptions()).Detector!;
        var records = new RecordContext("benchmark", new PolicyReference("benchmark", 1), (_, digest) => digest.Clear());
        var parts = new PipelineParts(_detector, _codec, records, new DetectionLane(1), TimeProvider.System, NullLogger.Instance);
        _stills = new StillDeidentifier(parts, _limits);
    }

    public Contest Contest(int rounds)
    {
        var contest = new Contest("1280 x 720 JPEG with four faces", "image", 1, rounds);
        contest.Add("decode + inference + encode alone", () => Alone(inferences: 1));
        contest.Add("decode + inference twice + encode alone (the output is looked at again)", () => Alone(inferences: 2));
        contest.Add("de-identified: the above, tracking, masks, outside fill, record", Deidentify);
        return contest;
    }

    public Contest Stages(int rounds)
    {
        var contest = new Contest("Its stages", "image", 1, rounds);
        contest.Add("inference at all scales", () => Detect(_image));
        contest.Add("decode", () => Decode().Dispose());
        contest.Add("encode", () => _codec.Encode(_image, _traits));
        return contest;
    }

    public void Dispose()
    {
        _detector.Dispose();
        _image.Dispose();
    }

    private void Alone(int inferences)
    {
        using var decoded = Decode();
        for (var i = 0; i < inferences; i++)
        {
            Detect(decoded.Image!);
        }

        _codec.Encode(decoded.Image!, decoded.Traits!);
    }

    private void Deidentify()
    {
        var answer = _stills.DeidentifyAsync(_jpeg, RedactionChoice.Default, CancellationToken.None).GetAwaiter().GetResult();
        if (answer.Record?.Decision != Decision.RegionsMasked)
        {
            throw new InvalidOperationException($"the image was not de-identified: {answer.Outcome}, {answer.Record?.Decision}");
        }
    }

    private StillDecoding Decode() => _codec.Decode(_jpeg, _limits);

    private void Detect(PixelImage image)
    {
        if (_detector.Detect(image, CancellationToken.None).Outcome != DetectionOutcome.Detected)
        {
            throw new InvalidOperationException("the detector failed");
        }
    }
}
