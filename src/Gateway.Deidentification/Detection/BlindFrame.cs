namespace Gateway.Deidentification.Detection;

/// <summary>
/// Tells when "nothing found" means nothing: in a frame this dark, bright, flat or blurred no detector sees a face that a person, or a
/// brightened or sharpened copy, may still show.
/// </summary>
internal static class BlindFrame
{
    private const double MeanMin = 16;
    private const double MeanMax = 240;
    private const double StandardDeviationMin = 4;

    /// <summary>In any picture in focus the steepest places are some ten times steeper.</summary>
    private const int SteepnessMin = 4;

    public static bool Is(LumaHistogram luma) =>
        luma.Mean is < MeanMin or > MeanMax || luma.StandardDeviation < StandardDeviationMin || luma.Steepness < SteepnessMin;
}
