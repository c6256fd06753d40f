namespace Gateway.Deidentification.Pipeline;

/// <summary>What became of an attempt to open a stream.</summary>
public enum StreamOpenOutcome
{
    /// <summary>It is open.</summary>
    Opened,

    /// <summary>The detector cannot be believed at present.</summary>
    DetectorNotReady,

    /// <summary>The format is unknown, or a side is out of its range.</summary>
    UnknownFormat,

    /// <summary>A raw frame of this format and size has more than <see cref="StreamDeidentifier.FrameBytesMax"/> bytes.</summary>
    FrameTooLarge,

    /// <summary>The model cannot see every face size in frames of this size.</summary>
    SizeNotCovered,

    /// <summary>A cosmetic technique was asked for without `AllowWeak`, or an unknown one.</summary>
    TechniqueNotAllowed,

    /// <summary>A silhouette was asked for and no model finds persons.</summary>
    PersonModelMissing,
}

/// <summary>What <see cref="StreamDeidentifier.Open"/> answered.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Stream">The stream, when it is open; the caller disposes it.</param>
public sealed record StreamOpening(StreamOpenOutcome Outcome, StreamDeidentifier? Stream);
