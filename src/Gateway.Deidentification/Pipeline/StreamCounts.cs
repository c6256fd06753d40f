namespace Gateway.Deidentification.Pipeline;

/// <summary>Frames of a stream.</summary>
/// <param name="Answered">Frames answered.</param>
/// <param name="Masked">Of these, frames masked whole.</param>
/// <param name="Withheld">Of these, frames withheld.</param>
public readonly record struct StreamCounts(long Answered, long Masked, long Withheld);
