using Gateway.Deidentification.Detection;

namespace Gateway.Deidentification.Tracking;

/// <summary>What tracking does with boxes.</summary>
internal static class BoxGeometry
{
    private const float GrowthPerFrame = 0.04f;
    private const float GrowthMax = 2;

    /// <summary>The smallest box that holds both.</summary>
    public static RegionBox Around(this in RegionBox box, in RegionBox other)
    {
        var (x, y) = (Math.Min(box.X, other.X), Math.Min(box.Y, other.Y));
        return new RegionBox(x, y, Math.Max(box.Right, other.Right) - x, Math.Max(box.Bottom, other.Bottom) - y);
    }

    /// <summary>The box scaled about its centre.</summary>
    public static RegionBox Scaled(this in RegionBox box, float factor)
    {
        var (width, height) = (box.Width * factor, box.Height * factor);
        return new RegionBox(box.CenterX - (width / 2), box.CenterY - (height / 2), width, height);
    }

    /// <summary>The box as uncertain as it is so many frames away from a detection: 4 % larger each frame, at most doubled.</summary>
    public static RegionBox Aged(this in RegionBox box, int frames) => box.Scaled(GrowthAfter(frames));

    /// <summary>
    /// What is left of a margin around a box that was <see cref="Aged"/>. Both are guesses at how far the region may have gone meanwhile, and
    /// the larger one counts: added up, one weak detection of a large box would mask the whole picture for the length of a hold.
    /// </summary>
    /// <param name="marginPx">The margin, pixels.</param>
    /// <param name="box">The box before it aged.</param>
    /// <param name="frames">Frames away from a detection.</param>
    /// <param name="margins">The margins every mask of its class has; they grow with the box.</param>
    public static float MarginBeyondAge(float marginPx, in RegionBox box, int frames, in RegionMargins margins)
    {
        var side = Math.Min(box.Width * margins.WidthFactor, box.Height * margins.HeightFactor);
        return Math.Max(0, marginPx - (side * (GrowthAfter(frames) - 1) / 2));
    }

    /// <summary>The box a share of the way from one to another.</summary>
    public static RegionBox Between(in RegionBox from, in RegionBox to, float share) => new(
        float.Lerp(from.X, to.X, share),
        float.Lerp(from.Y, to.Y, share),
        float.Lerp(from.Width, to.Width, share),
        float.Lerp(from.Height, to.Height, share));

    private static float GrowthAfter(int frames) => Math.Min(GrowthMax, 1 + (GrowthPerFrame * frames));
}
