using Gateway.Deidentification.Pipeline;

namespace Gateway.Deidentification.Video;

/// <summary>What is to be done with one video file.</summary>
/// <param name="Source">Full path of the file to read.</param>
/// <param name="Target">Full path of the file to write; its ending chooses the container: .mp4, .m4v, .mov, .mkv or .webm.</param>
public sealed record VideoJob(string Source, string Target)
{
    /// <summary>Technique. Default outside fill.</summary>
    public RedactionChoice Redaction { get; init; } = RedactionChoice.Default;

    /// <summary>Delay against certainty. Default assured; a file can wait, so archive costs memory only.</summary>
    public StreamProfile Profile { get; init; } = StreamProfile.Assured;

    /// <summary>What happens to sound. Default: it is dropped.</summary>
    public AudioHandling Audio { get; init; } = AudioHandling.Drop;

    /// <summary>Name of the encoder at ffmpeg, for one in hardware. Default: the best in software for the container.</summary>
    public string? Encoder { get; init; }

    /// <summary>
    /// How long the decoder may take for a frame and the encoder to take one, before it is ended. Default one minute: a program that stands still
    /// would hold the run for ever.
    /// </summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest file that is written, in bytes. Default 64 GiB. A disk that is full fails other work, too.</summary>
    public long OutputBytesMax { get; init; } = 64L << 30;
}

/// <summary>How far a video file is.</summary>
/// <param name="Frames">Frames done.</param>
/// <param name="FramesTotal">Frames there are, about; 0 where unknown.</param>
/// <param name="Tracks">Different regions that were followed so far.</param>
public readonly record struct VideoProgress(long Frames, long FramesTotal, long Tracks);

/// <summary>What became of a video file.</summary>
/// <param name="Outcome">What became of it.</param>
public sealed record VideoAnswer(VideoOutcome Outcome)
{
    /// <summary>What the pipeline said, where it refused the stream.</summary>
    public StreamOpenOutcome StreamOutcome { get; init; }

    /// <summary>How the stream ended.</summary>
    public StreamEnding Ending { get; init; }

    /// <summary>What the tool said last, or which encoders there are; for the operator who runs it.</summary>
    public string Detail { get; init; } = "";

    /// <summary>16 random bytes that stand for the stream in records.</summary>
    public ReadOnlyMemory<byte> Handle { get; init; }

    /// <summary>Frames answered.</summary>
    public StreamCounts Counts { get; init; }

    /// <summary>Different regions that were followed.</summary>
    public long Tracks { get; init; }

    /// <summary>What became of the sound.</summary>
    public SoundTreatment Sound { get; init; }

    /// <summary>Packets of the source from which no frame could be had.</summary>
    public long FramesLost { get; init; }
}
