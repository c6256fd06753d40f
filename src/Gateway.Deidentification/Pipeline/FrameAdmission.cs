namespace Gateway.Deidentification.Pipeline;

/// <summary>What became of a frame that was offered to a stream. Anything but <see cref="Accepted"/> ends the stream.</summary>
public enum FrameAdmission
{
    /// <summary>Taken in; it is answered exactly once.</summary>
    Accepted,

    /// <summary>The bytes are not those of a frame of the stream's format and size, or too many.</summary>
    WrongSize,

    /// <summary>The number does not increase.</summary>
    NumberNotIncreasing,

    /// <summary>The time stamp decreases.</summary>
    TimestampDecreasing,

    /// <summary>The stream takes no frames any more.</summary>
    StreamEnded,
}
