using System.Security.Cryptography;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Tracking;
using Gateway.Deidentification.Video;
using Gateway.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Deidentification.Tests.Video;

/// <summary>Takes files through the whole video path: real ffmpeg, real stream, a detector of the test's choice.</summary>
internal sealed class VideoBench(TempFolder folder, IRegionDetector? detector = null)
{
    private static readonly StreamProfile Short = new(new TrackingProfile(3, 4), 1);

    public List<DeidentificationRecord> Records { get; } = [];

    /// <summary>Sees every record instead of the list above: a list of all frames is no measure of what a video costs.</summary>
    public Action<DeidentificationRecord>? Seen { get; init; }

    public async Task<VideoAnswer> RunAsync(string source, string target, Func<VideoJob, VideoJob>? with = null, MediaTools? tools = null, CancellationToken cancellationToken = default)
    {
        tools ??= (await MediaTools.FindAsync(null, cancellationToken)).Tools;
        Assert.NotNull(tools);
        var job = new VideoJob(Path.GetFullPath(source), folder[target]) { Profile = Short };
        var answer = await new VideoDeidentifier(Parts(), tools).DeidentifyAsync(with?.Invoke(job) ?? job, folder[target], Seen ?? Records.Add, null, cancellationToken);

        // Whatever went wrong, there is an output exactly where there is a good answer.
        Assert.Equal(answer.Outcome == VideoOutcome.Deidentified, File.Exists(folder[target]));
        return answer;
    }

    private PipelineParts Parts() => new(
        detector ?? new FixedDetector(new RegionBox(40, 30, 40, 40)),
        new SkiaStillCodec(),
        new RecordContext("test", new PolicyReference("default", 1), (source, digest) => SHA256.HashData(source, digest)),
        new DetectionLane(2),
        TimeProvider.System,
        NullLogger.Instance);
}
