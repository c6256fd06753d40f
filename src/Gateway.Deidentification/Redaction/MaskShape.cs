using Gateway.Deidentification.Detection;

namespace Gateway.Deidentification.Redaction;

/// <summary>
/// The shape around a detected box that must be masked: a rounded rectangle of 1.5 widths by 1.7 heights, its centre raised by 0.1 height,
/// because detectors box the face and a head is larger, above all upwards.
/// </summary>
/// <remarks>
/// The corner radius is half the shorter side of the box. The box stays wholly inside: its corners lie at least a quarter of that side from
/// both edges of the shape, and a corner so far in is cut only by radii above 0.85 of it. Ellipses drawn into a box do not cover it.
/// </remarks>
/// <param name="Outer">The rectangle before its corners are rounded.</param>
/// <param name="CornerRadius">Radius of the corners in pixels.</param>
internal readonly record struct MaskShape(RegionBox Outer, float CornerRadius)
{
    private const float WidthFactor = 1.5f;
    private const float HeightFactor = 1.7f;
    private const float Raise = 0.1f;
    private const float RadiusFactor = 0.5f;

    /// <summary>The shape around a box, widened on each side by a margin in pixels, such as for motion between frames.</summary>
    public static MaskShape Around(in RegionBox box, float extraMargin)
    {
        var width = (box.Width * WidthFactor) + (2 * extraMargin);
        var height = (box.Height * HeightFactor) + (2 * extraMargin);
        var centerY = box.CenterY - (box.Height * Raise);
        var outer = new RegionBox(box.CenterX - (width / 2), centerY - (height / 2), width, height);
        return new MaskShape(outer, Math.Min(box.Width, box.Height) * RadiusFactor);
    }

    /// <summary>
    /// Left and right end of the shape within a band of rows, at the place of the band where it is widest. False when the band misses it.
    /// </summary>
    public bool WidestWithin(double top, double bottom, out double left, out double right)
    {
        // The shape is a rectangle without the corners, grown by a disc: how far it reaches depends on the distance to that rectangle.
        var innerTop = (double)Outer.Y + CornerRadius;
        var innerBottom = (double)Outer.Bottom - CornerRadius;
        var distance = Math.Max(0, Math.Max(innerTop - bottom, top - innerBottom));
        var reach = distance < CornerRadius ? Math.Sqrt(((double)CornerRadius * CornerRadius) - (distance * distance)) : 0;
        left = (double)Outer.X + CornerRadius - reach;
        right = (double)Outer.Right - CornerRadius + reach;
        return distance < CornerRadius;
    }
}
