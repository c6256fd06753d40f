using System.Numerics;

namespace Gateway.Deidentification.Drawing;

/// <summary>A wall with soft patches of colour and a darker floor.</summary>
internal static class Backdrop
{
    /// <summary>Distance of the points between which the patches are stretched, pixels.</summary>
    private const int PatchSide = 80;

    private const float PatchStrength = 10;
    private const float FloorBrightness = 0.7f;

    private static readonly Vector3 Wall = new(130, 140, 150);

    /// <summary>Paints the whole canvas.</summary>
    public static void Paint(Canvas canvas, ref SceneRandom random)
    {
        var columns = (canvas.Width / PatchSide) + 4;
        var patches = new Vector3[columns * ((canvas.Height / PatchSide) + 4)];
        for (var i = 0; i < patches.Length; i++)
        {
            patches[i] = new Vector3(random.NextBell(), random.NextBell(), random.NextBell()) * PatchStrength;
        }

        for (var y = 0; y < canvas.Height; y++)
        {
            var brightness = y >= canvas.Height * 2 / 3 ? FloorBrightness : 1;
            for (var x = 0; x < canvas.Width; x++)
            {
                canvas[x, y] = (Wall + Patch(patches, columns, x, y)) * brightness;
            }
        }
    }

    /// <summary>Cubic B-spline through the four by four nearest points: smooth, without overshoot.</summary>
    private static Vector3 Patch(Vector3[] patches, int columns, int x, int y)
    {
        var across = Weights((float)(x % PatchSide) / PatchSide);
        var down = Weights((float)(y % PatchSide) / PatchSide);
        var first = (y / PatchSide * columns) + (x / PatchSide);
        var sum = Vector3.Zero;
        for (var row = 0; row < 4; row++)
        {
            var line = patches.AsSpan(first + (row * columns), 4);
            sum += ((line[0] * across.X) + (line[1] * across.Y) + (line[2] * across.Z) + (line[3] * across.W)) * down[row];
        }

        return sum;
    }

    private static Vector4 Weights(float t)
    {
        var u = 1 - t;
        return new Vector4(u * u * u, (3 * t * t * t) - (6 * t * t) + 4, (3 * u * u * u) - (6 * u * u) + 4, t * t * t) / 6;
    }
}
