namespace Gateway.Deidentification.Detection;

/// <summary>What a detector answered about one image.</summary>
/// <param name="Outcome">Whether the answer says anything.</param>
/// <param name="Regions">What was found; empty unless <paramref name="Outcome"/> is <see cref="DetectionOutcome.Detected"/>.</param>
public readonly record struct DetectionResult(DetectionOutcome Outcome, IReadOnlyList<RegionDetection> Regions)
{
    /// <summary>The answer about an image of which nothing is known.</summary>
    public static DetectionResult Failed(DetectionOutcome outcome) => new(outcome, []);
}
