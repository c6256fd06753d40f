using Gateway.Deidentification.Media;
using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Pipeline;

/// <summary>Why an image would be masked as it would be; no pixel of it is kept.</summary>
/// <param name="Outcome">What became of the question.</param>
/// <param name="Media">What came of reading the file.</param>
/// <param name="Details">The answer; none for a refusal.</param>
public sealed record StillExplanation(StillOutcome Outcome, MediaOutcome Media, StillDetails? Details);

/// <summary>What is told about an image.</summary>
/// <param name="Width">Width in pixels, upright.</param>
/// <param name="Height">Height in pixels, upright.</param>
/// <param name="MeanLuma">Mean brightness, 0 to 255.</param>
/// <param name="LumaDeviation">Standard deviation of brightness.</param>
/// <param name="Steepness">Change of brightness from pixel to pixel at the steepest two of a thousand places.</param>
/// <param name="Record">What would be done; it has no digests, since there is no output and nothing to find again.</param>
public sealed record StillDetails(int Width, int Height, double MeanLuma, double LumaDeviation, int Steepness, DeidentificationRecord Record);
