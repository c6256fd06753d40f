using Gateway.Deidentification.Detection;

namespace Gateway.Deidentification.Tracking;

/// <summary>Tells a hard cut from motion by how the brightness of the picture is distributed.</summary>
internal static class SceneCut
{
    /// <summary>
    /// Motion moves pixels, a cut changes them. A cut that is missed costs nothing but masks that drift; one that is imagined costs a
    /// velocity.
    /// </summary>
    private const double DistanceMin = 0.35;

    public static bool Is(LumaHistogram? before, LumaHistogram? now) =>
        before is not null && now is not null && before.DistanceTo(now) > DistanceMin;
}
