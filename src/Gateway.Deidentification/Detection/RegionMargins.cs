namespace Gateway.Deidentification.Detection;

/// <summary>How much larger than a detected box its mask is, by what was detected.</summary>
/// <param name="WidthFactor">Width of the mask in widths of the box, 1 or more.</param>
/// <param name="HeightFactor">Height of the mask in heights of the box, 1 or more.</param>
/// <param name="Raise">How far the centre of the mask lies above that of the box, in heights of the box.</param>
/// <param name="RadiusFactor">
/// Radius of the corners in shorter sides of the box. A corner that lies d from both edges of the mask stays inside up to a radius of 3.4 d.
/// </param>
internal readonly record struct RegionMargins(float WidthFactor, float HeightFactor, float Raise, float RadiusFactor)
{
    /// <summary>Detectors box the face and a head is larger, above all upwards.</summary>
    private static readonly RegionMargins Face = new(1.5f, 1.7f, 0.1f, 0.5f);

    private static readonly RegionMargins Head = new(1.3f, 1.3f, 0.05f, 0.3f);

    /// <summary>Plates and lines of text are flat: a box that is a little too low cuts the tops of letters, which can be read.</summary>
    private static readonly RegionMargins Writing = new(1.2f, 1.5f, 0, 0.2f);

    private static readonly RegionMargins Whole = new(1.2f, 1.2f, 0, 0.2f);

    public static RegionMargins Of(RegionClass regionClass) => regionClass switch
    {
        RegionClass.Face => Face,
        RegionClass.Head => Head,
        RegionClass.LicencePlate or RegionClass.Text => Writing,
        _ => Whole,
    };
}
