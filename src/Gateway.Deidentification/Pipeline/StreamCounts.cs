namespace Gateway.Deidentification.Pipeline;

/// <summary>Frames of a stream.</summary>
/// <param name="Answered">Frames answered.</param>
/// <param name="Masked">Of these, frames masked whole.</param>
/// <param name="Withheld">Of these, frames withheld.</param>
/// <param name="Checked">Of these, frames whose masked output was shown to the detector again.</param>
/// <param name="Escapes">Regions that only those checks found.</param>
public readonly record struct StreamCounts(long Answered, long Masked, long Withheld, long Checked = 0, long Escapes = 0);
