using System.Numerics;
using Gateway.Deidentification.Detection;

namespace Gateway.Deidentification.Drawing;

/// <summary>A face to draw. Nobody looks like it: it is made of ellipses.</summary>
/// <param name="CenterX">Middle of the head, pixels from the left.</param>
/// <param name="CenterY">Middle of the head, pixels from the top.</param>
/// <param name="Size">Half the height of the head in pixels; 12 or more can be told as a face.</param>
/// <param name="Skin">Red, green, blue, 0 to 255.</param>
/// <param name="Hair">Red, green, blue, 0 to 255.</param>
/// <param name="Clothes">Red, green, blue, 0 to 255.</param>
/// <param name="Turn">How far the head is turned to the right of the picture, -1 to 1.</param>
public readonly record struct DrawnFace(float CenterX, float CenterY, float Size, Vector3 Skin, Vector3 Hair, Vector3 Clothes, float Turn = 0)
{
    private const float HalfWidth = 0.74f;
    private const float Forehead = 0.72f;

    /// <summary>The face from the hairline to the chin, as detectors box it.</summary>
    public RegionBox Box => new(CenterX - (HalfWidth * Size), CenterY - (Forehead * Size), 2 * HalfWidth * Size, (1 + Forehead) * Size);
}
