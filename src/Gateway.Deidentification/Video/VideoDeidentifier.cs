using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Video;

/// <summary>
/// De-identifies video files: a decoder process gives frames, a stream masks them, an encoder process writes them. Clear frames are in memory
/// only; what is written to disk was masked before it reached the encoder.
/// </summary>
public sealed class VideoDeidentifier(PipelineParts parts, MediaTools tools)
{
    /// <summary>Endings of the names of files that are taken for videos.</summary>
    public static IReadOnlyList<string> SourceExtensions => VideoContainer.SourceExtensions;

    private static readonly TimeSpan ListingPatience = TimeSpan.FromSeconds(20);

    /// <summary>True where the name of a file asks for a container that can be written.</summary>
    public static bool CanWrite(string path) => VideoContainer.Of(path) is not null;

    /// <summary>
    /// 1 what is there, 2 what is to be written, 3 through decoder, stream and encoder into a file beside the target, 4 that file is read again.
    /// </summary>
    /// <param name="job">What is to be done.</param>
    /// <param name="partPath">Where the output is written; the caller moves it to its name, or it is gone.</param>
    /// <param name="onRecord">Told of every frame, in order.</param>
    /// <param name="onProgress">Told now and then.</param>
    /// <param name="cancellationToken">Ends the work; nothing is left then.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="IOException">The part could not be removed.</exception>
    public async Task<VideoAnswer> DeidentifyAsync(
        VideoJob job, string partPath, Action<DeidentificationRecord> onRecord, Action<VideoProgress>? onProgress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(onRecord);
        if (VideoContainer.Of(job.Target) is not { } container)
        {
            return new VideoAnswer(VideoOutcome.ContainerUnknown);
        }

        // 1
        if (await VideoFacts.ReadAsync(tools, job.Source, cancellationToken) is not { } facts)
        {
            return new VideoAnswer(VideoOutcome.NoVideo);
        }

        // 2
        var listing = await ToolProcess.AskAsync(tools.Ffmpeg, ["-hide_banner", "-encoders"], ToolLimits.Probe, ListingPatience, cancellationToken);
        var present = VideoEncoder.Present(container.Encoders, listing.Output);
        if (present.FirstOrDefault(encoder => job.Encoder is null || encoder.Name == job.Encoder) is not { } chosen)
        {
            return new VideoAnswer(VideoOutcome.EncoderUnknown) { Detail = string.Join(", ", present.Select(encoder => encoder.Name)) };
        }

        var answer = new VideoAnswer(VideoOutcome.StreamBroken);
        try
        {
            // 3
            var run = new VideoRun(parts, tools, job, facts, onRecord, onProgress);
            answer = await run.RunAsync((video, frameBytes) => ToolProcess.Start(
                tools.Ffmpeg, VideoArguments.Encode(job, facts, container, chosen, partPath), ToolLimits.Encoder(facts.Frames, frameBytes, job.OutputBytesMax), HardwareEnvironment()), cancellationToken);

            // 4
            if (answer.Outcome == VideoOutcome.Deidentified && !await run.Times.AreKeptInAsync(tools, partPath, facts.HasAudio && job.Audio != AudioHandling.Drop, cancellationToken))
            {
                answer = answer with { Outcome = VideoOutcome.OutputDiffers };
            }

            return answer with { Sound = Sound(facts, job.Audio) };
        }
        finally
        {
            if (answer.Outcome != VideoOutcome.Deidentified)
            {
                File.Delete(partPath);
            }
        }
    }

    private static SoundTreatment Sound(VideoFacts facts, AudioHandling wanted) => (facts.HasAudio, wanted) switch
    {
        (false, _) => SoundTreatment.None,
        (_, AudioHandling.Keep) => SoundTreatment.Kept,
        (_, AudioHandling.Tone) => SoundTreatment.Tone,
        _ => SoundTreatment.Dropped,
    };

    /// <summary>What drivers of encoders in hardware look for; everything else of the environment stays here.</summary>
    private static Dictionary<string, string> HardwareEnvironment()
    {
        string[] names = ["LD_LIBRARY_PATH", "LIBVA_DRIVER_NAME", "CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES"];
        return names.Select(name => (Name: name, Value: Environment.GetEnvironmentVariable(name)))
            .Where(variable => variable.Value is not null)
            .ToDictionary(variable => variable.Name, variable => variable.Value!, StringComparer.Ordinal);
    }
}
