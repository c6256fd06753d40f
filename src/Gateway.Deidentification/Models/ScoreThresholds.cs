namespace Gateway.Deidentification.Models;

/// <summary>Scores from which a detection has an effect; they are the model's own and mean nothing for another model.</summary>
/// <param name="Start">From here a detection starts a track.</param>
/// <param name="Continue">From here a detection continues a track; at most <paramref name="Start"/>.</param>
/// <param name="Mask">From here a detection is masked on its own frame; at most <paramref name="Start"/>.</param>
public readonly record struct ScoreThresholds(float Start, float Continue, float Mask)
{
    /// <summary>The lowest score that has any effect.</summary>
    public float Lowest => Math.Min(Continue, Mask);
}
