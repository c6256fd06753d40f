namespace Gateway.Deidentification.Detection;

/// <summary>A rectangle in pixels with fractions, origin top left; it may reach beyond the image.</summary>
/// <param name="X">Left edge.</param>
/// <param name="Y">Top edge.</param>
/// <param name="Width">Width, above 0.</param>
/// <param name="Height">Height, above 0.</param>
public readonly record struct RegionBox(float X, float Y, float Width, float Height)
{
    /// <summary>Right edge.</summary>
    public float Right => X + Width;

    /// <summary>Bottom edge.</summary>
    public float Bottom => Y + Height;

    /// <summary>Horizontal centre.</summary>
    public float CenterX => X + (Width / 2);

    /// <summary>Vertical centre.</summary>
    public float CenterY => Y + (Height / 2);

    /// <summary>Area in square pixels.</summary>
    public float Area => Width * Height;

    /// <summary>True when the boxes share an area.</summary>
    public bool Touches(in RegionBox other) => X < other.Right && other.X < Right && Y < other.Bottom && other.Y < Bottom;

    /// <summary>Intersection over union with another box, 0 to 1.</summary>
    public float IntersectionOverUnion(in RegionBox other)
    {
        var width = Math.Max(0, Math.Min(Right, other.Right) - Math.Max(X, other.X));
        var height = Math.Max(0, Math.Min(Bottom, other.Bottom) - Math.Max(Y, other.Y));
        var intersection = width * height;
        var union = Area + other.Area - intersection;
        return union > 0 ? intersection / union : 0;
    }
}
