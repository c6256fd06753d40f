using Gateway.Deidentification.Detection;

namespace Gateway.Deidentification.Tracking;

/// <summary>How well a detection fits the place where a track is expected.</summary>
internal static class Affinity
{
    public const float Min = 0.1f;

    /// <summary>Small faces move by more than their own size: boxes are compared with half of it added, as their masks are.</summary>
    private const float Growth = 1.5f;

    /// <summary>Overlap of the grown boxes, 0 to 1.</summary>
    public static float Of(in RegionBox expected, in RegionBox found) =>
        expected.Scaled(Growth).IntersectionOverUnion(found.Scaled(Growth));
}
