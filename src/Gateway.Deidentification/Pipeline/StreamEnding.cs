namespace Gateway.Deidentification.Pipeline;

/// <summary>How a stream ended. Only <see cref="Completed"/> means that every frame offered was answered.</summary>
public enum StreamEnding
{
    /// <summary>It has not ended.</summary>
    None,

    /// <summary>The caller completed it and all frames were answered.</summary>
    Completed,

    /// <summary>Three detections in a row failed; frames up to there were answered.</summary>
    DetectorFailing,

    /// <summary>A frame did not fit the stream; frames before it were answered.</summary>
    FrameRefused,

    /// <summary>It was cancelled; nothing more was answered.</summary>
    Cancelled,
}
