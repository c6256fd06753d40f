namespace Gateway.Deidentification.Video;

/// <summary>What became of a video file. Only <see cref="Deidentified"/> has an output; after any other there is none, not even a part.</summary>
public enum VideoOutcome
{
    /// <summary>Done.</summary>
    Deidentified,

    /// <summary>ffmpeg or ffprobe is not installed.</summary>
    ToolAbsent,

    /// <summary>ffmpeg is older than 5.1.</summary>
    ToolTooOld,

    /// <summary>No picture track was found, or the container is not among those that are read.</summary>
    NoVideo,

    /// <summary>The name of the output ends with none of .mp4, .mov, .mkv, .webm.</summary>
    ContainerUnknown,

    /// <summary>The encoder is not one that is known here, does not fit the container, or ffmpeg was built without it.</summary>
    EncoderUnknown,

    /// <summary>The decoder failed, was ended by its limits, stood still, or gave something else than frames.</summary>
    DecoderFailed,

    /// <summary>The encoder failed, was ended by its limits, or stood still.</summary>
    EncoderFailed,

    /// <summary>The pipeline refused the stream; see the stream's own outcome.</summary>
    StreamRefused,

    /// <summary>The pipeline ended before the frames did.</summary>
    StreamBroken,

    /// <summary>The file written does not have the frames and time stamps of its source.</summary>
    OutputDiffers,
}
