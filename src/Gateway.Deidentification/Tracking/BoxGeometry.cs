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
    public static RegionBox Aged(this in RegionBox box, int frames) => box.Scaled(Math.Min(GrowthMax, 1 + (GrowthPerFrame * frames)));

    /// <summary>The box a share of the way from one to another.</summary>
    public static RegionBox Between(in RegionBox from, in RegionBox to, float share) => new(
        float.Lerp(from.X, to.X, share),
        float.Lerp(from.Y, to.Y, share),
        float.Lerp(from.Width, to.Width, share),
        float.Lerp(from.Height, to.Height, share));
}
