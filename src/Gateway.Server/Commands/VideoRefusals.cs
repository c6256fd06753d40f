using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Video;

namespace Gateway.Server.Commands;

/// <summary>One sentence with a remedy for every way in which a video can end without an output.</summary>
internal static class VideoRefusals
{
    public static string Describe(VideoAnswer answer) => answer.Outcome switch
    {
        VideoOutcome.ToolAbsent => $"video needs the commands ffmpeg and ffprobe, 5.1 or later, which are not installed; {MediaTools.InstallHint}",
        VideoOutcome.ToolTooOld => $"video needs ffmpeg 5.1 or later and this one is older; {MediaTools.InstallHint}",
        VideoOutcome.NoVideo => "no picture track was found in it, or its container is not one that is read; re-wrap it as .mp4 or .mkv",
        VideoOutcome.ContainerUnknown => "the output must end with .mp4, .m4v, .mov, .mkv or .webm: other containers do not keep the time of every frame",
        VideoOutcome.EncoderUnknown => $"this encoder is not known, does not fit the container, or ffmpeg was built without it; choose with --encoder: {(answer.Detail.Length > 0 ? answer.Detail : "none is there, install an ffmpeg with libx264 or libvpx")}",
        VideoOutcome.DecoderFailed => $"the decoder gave up or was ended by its limits; the file is damaged or hostile{Said(answer)}",
        VideoOutcome.EncoderFailed => $"the encoder gave up or was ended by its limits; choose another with --encoder, or make room on the disk{Said(answer)}",
        VideoOutcome.StreamRefused when answer.StreamOutcome == StreamOpenOutcome.DetectorNotReady => "the detector is not trusted at the moment; gateway doctor says why",
        VideoOutcome.StreamRefused when answer.StreamOutcome == StreamOpenOutcome.TechniqueNotAllowed => "blur can be reversed; use another technique, or give --allow-weak",
        VideoOutcome.StreamRefused => "the detector cannot see every face size in pictures of this size, or they are too large; scale the video to between 16 x 16 and 5000 x 4000",
        VideoOutcome.StreamBroken => $"frames could not be de-identified in order and whole ({(answer.Detail.Length > 0 ? answer.Detail : answer.Ending.ToString())}); re-encode the file if its time stamps run backwards",
        VideoOutcome.OutputDiffers => "what was written does not have the frames and time stamps of the source, so it was removed; choose .mp4 or .mkv, or another encoder",
        _ => throw new ArgumentOutOfRangeException(nameof(answer)),
    };

    /// <summary>The last line the tool said: short, and read by whoever named the file.</summary>
    private static string Said(VideoAnswer answer) =>
        answer.Detail.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() is { } last ? $" (last words: {last[..Math.Min(last.Length, 200)]})" : "";
}
