using System.Numerics;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Drawing;

/// <summary>Colours as numbers with fractions, drawn on shape by shape and rounded once at the end.</summary>
internal sealed class Canvas(int width, int height)
{
    private readonly Vector3[] _pixels = new Vector3[width * height];

    /// <summary>Width in pixels.</summary>
    public int Width { get; } = width;

    /// <summary>Height in pixels.</summary>
    public int Height { get; } = height;

    /// <summary>Red, green and blue of a pixel, 0 to 255.</summary>
    public ref Vector3 this[int x, int y] => ref _pixels[(y * Width) + x];

    /// <summary>Takes over another canvas of the same size.</summary>
    public void CopyFrom(Canvas other) => other._pixels.CopyTo(_pixels, 0);

    /// <summary>Lays an ellipse of one colour over what is there.</summary>
    public void Ellipse(Vector2 center, Vector2 radii, Vector3 colour, float strength, float softness) =>
        Ellipse(center, radii, strength, softness, (_, _) => true, (_, _) => colour);

    /// <summary>Lays the part of an ellipse over what is there, coloured place by place.</summary>
    public void Ellipse(
        Vector2 center, Vector2 radii, float strength, float softness, Func<int, int, bool> isPart, Func<int, int, Vector3> colourAt)
    {
        bool IsInside(int x, int y) => ((new Vector2(x, y) - center) / radii).LengthSquared() < 1 && isPart(x, y);
        Lay(SoftShape.Draw(Around(center, radii), strength, softness, IsInside, Width, Height), colourAt);
    }

    /// <summary>Lays a rectangle over what is there.</summary>
    public void Rectangle(Vector2 center, Vector2 halves, Vector3 colour, float softness)
    {
        var (first, end) = (center - halves, center + halves);
        var inside = new PixelRect(
            (int)MathF.Ceiling(first.X), (int)MathF.Ceiling(first.Y), (int)MathF.Ceiling(end.X), (int)MathF.Ceiling(end.Y));
        Lay(SoftShape.DrawBox(inside, softness, Width, Height), (_, _) => colour);
    }

    /// <summary>Rounds to an image, with grain as a sensor adds it.</summary>
    public PixelImage ToImage(ReadOnlySpan<float> grain, SceneRandom random)
    {
        var image = PixelImage.Create(PixelLayout.Bgra32, Width, Height);
        for (var y = 0; y < Height; y++)
        {
            // A row begins anywhere in the table, so the grain has no pattern from row to row.
            var noise = grain[(int)(random.Next() % (ulong)(grain.Length - (3 * Width)))..];
            var row = image.Bytes.Slice(y * Width * 4, Width * 4);
            for (var x = 0; x < Width; x++)
            {
                var colour = this[x, y];
                row[4 * x] = ToByte(colour.Z + noise[3 * x]);
                row[(4 * x) + 1] = ToByte(colour.Y + noise[(3 * x) + 1]);
                row[(4 * x) + 2] = ToByte(colour.X + noise[(3 * x) + 2]);
                row[(4 * x) + 3] = byte.MaxValue;
            }
        }

        return image;
    }

    private static byte ToByte(float value) => (byte)Math.Clamp(value, 0, 255);

    private static PixelRect Around(Vector2 center, Vector2 halves) => new(
        (int)MathF.Floor(center.X - halves.X),
        (int)MathF.Floor(center.Y - halves.Y),
        (int)MathF.Ceiling(center.X + halves.X) + 1,
        (int)MathF.Ceiling(center.Y + halves.Y) + 1);

    private void Lay(SoftShape shape, Func<int, int, Vector3> colourAt)
    {
        for (var i = 0; i < shape.Coverage.Length; i++)
        {
            if (shape.Coverage[i] > 0)
            {
                int x = shape.Window.Left + (i % shape.Window.Width), y = shape.Window.Top + (i / shape.Window.Width);
                this[x, y] = Vector3.Lerp(this[x, y], colourAt(x, y), Math.Min(shape.Coverage[i], 1));
            }
        }
    }
}
