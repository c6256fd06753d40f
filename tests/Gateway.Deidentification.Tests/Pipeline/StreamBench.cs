using System.Security.Cryptography;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Tracking;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Deidentification.Tests.Pipeline;

/// <summary>One answer, copied before its memory went back to the pool.</summary>
internal sealed record Answered(DeidentificationRecord Record, byte[] Data)
{
    public int Number => (int)Record.FrameNumber;
}

/// <summary>What came out of a stream.</summary>
internal sealed record StreamResult(StreamEnding Ending, StreamCounts Counts, IReadOnlyList<Answered> Answers)
{
    public Answered this[int number] => Answers.Single(answer => answer.Number == number);
}

/// <summary>Runs frames through a real stream over a detector of the test's choice.</summary>
internal static class StreamBench
{
    public static readonly byte[] SourceKey = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];

    public static StreamRequest Request => new()
    {
        Format = FrameFormat.Bgra32,
        Width = SecretFrame.Width,
        Height = SecretFrame.Height,
        Profile = new StreamProfile(new TrackingProfile(3, 4), 1),
    };

    public static PipelineParts Parts(IRegionDetector detector) => new(
        detector,
        new NoCodec(),
        new RecordContext("xvide://example", new PolicyReference("default", 1), (source, digest) => HMACSHA256.HashData(SourceKey, source, digest)),
        new DetectionLane(2),
        TimeProvider.System,
        NullLogger.Instance);

    public static StreamDeidentifier Open(IRegionDetector detector, StreamRequest? request = null, StreamOptions? options = null)
    {
        var opening = StreamDeidentifier.Open(Parts(detector), request ?? Request, options ?? new StreamOptions());
        Assert.Equal(StreamOpenOutcome.Opened, opening.Outcome);
        return opening.Stream!;
    }

    public static Task<StreamResult> RunAsync(IRegionDetector detector, int frames, StreamRequest? request = null, StreamOptions? options = null) =>
        RunAsync(detector, Enumerable.Range(0, frames).Select(number => SecretFrame.Of(number, (request ?? Request).Format.ToLayout()!.Value).Bytes), request, options);

    /// <summary>Writes all frames, completes, and reads to the end.</summary>
    public static async Task<StreamResult> RunAsync(IRegionDetector detector, IEnumerable<byte[]> frames, StreamRequest? request = null, StreamOptions? options = null)
    {
        await using var stream = Open(detector, request, options);
        var reading = ReadAsync(stream);
        var number = 0ul;
        foreach (var frame in frames)
        {
            if (await stream.WriteAsync(number, (long)number * 40, frame, CancellationToken.None) != FrameAdmission.Accepted)
            {
                break;
            }

            number++;
        }

        stream.Complete();
        var answers = await reading;
        return new StreamResult(stream.Ending, stream.Counts, answers);
    }

    public static async Task<List<Answered>> ReadAsync(StreamDeidentifier stream)
    {
        var answers = new List<Answered>();
        await foreach (var answer in stream.ReadAllAsync(CancellationToken.None))
        {
            using (answer)
            {
                answers.Add(new Answered(answer.Record, answer.Data.ToArray()));
            }
        }

        return answers;
    }

    /// <summary>Streams of raw frames need no codec; one that asks for it is wrong.</summary>
    private sealed class NoCodec : IStillCodec
    {
        public StillDecoding Decode(ReadOnlySpan<byte> file, MediaLimits limits) => throw new InvalidOperationException("a raw frame was decoded");

        public byte[] Encode(PixelImage image, StillTraits traits) => throw new InvalidOperationException("a raw frame was encoded");
    }
}
