using Gateway.Deidentification.Detection;

namespace Gateway.Deidentification.Redaction;

/// <summary>
/// The shape around a detected box that must be masked: a rounded rectangle larger than the box by the margins of its class. For a face that
/// is 1.5 widths by 1.7 heights, its centre raised by 0.1 height, because detectors box the face and a head is larger, above all upwards.
/// </summary>
/// <remarks>
/// The corner radius is a share of the shorter side of the box, so chosen that the box stays wholly inside. For a face its corners lie at
/// least a quarter of that side from both edges of the shape, and a corner so far in is cut only by radii above 0.85 of it; the radius is
/// half of it. Ellipses drawn into a box do not cover it.
/// </remarks>
/// <param name="Outer">The rectangle before its corners are rounded.</param>
/// <param name="CornerRadius">Radius of the corners in pixels.</param>
internal readonly record struct MaskShape(RegionBox Outer, float CornerRadius)
{
    /// <summary>The shape around a box, widened on each side by a margin in pixels, such as for motion between frames.</summary>
    public static MaskShape Around(in RegionBox box, float extraMargin, RegionClass regionClass = RegionClass.Face)
    {
        var margins = RegionMargins.Of(regionClass);
        var width = (box.Width * margins.WidthFactor) + (2 * extraMargin);
        var height = (box.Height * margins.HeightFactor) + (2 * extraMargin);
        var centerY = box.CenterY - (box.Height * margins.Raise);
        var outer = new RegionBox(box.CenterX - (width / 2), centerY - (height / 2), width, height);
        return new MaskShape(outer, Math.Min(box.Width, box.Height) * margins.RadiusFactor);
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
