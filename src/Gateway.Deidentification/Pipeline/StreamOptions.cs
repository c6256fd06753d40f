namespace Gateway.Deidentification.Pipeline;

/// <summary>Limits of every stream of a node.</summary>
public sealed record StreamOptions
{
    /// <summary>
    /// Time from taking a frame in to the detector's answer; a later answer does not count and the frame is masked whole or withheld.
    /// Default: none, the stream answers late rather than closed. Set it where a late frame is worthless.
    /// </summary>
    public TimeSpan? FrameDeadline { get; init; }

    /// <summary>
    /// Frames a stream takes in before it makes the caller wait, 1 to 64. Default 4: enough to keep two cores busy. More costs memory.
    /// </summary>
    public int QueueFrames { get; init; } = 4;
}
