using System.Numerics;

namespace Gateway.Deidentification.Drawing;

/// <summary>Paints one head with neck and shoulders. Places are in units of the head's half height from its middle, right and down.</summary>
internal readonly struct FacePainter(Canvas canvas, DrawnFace face)
{
    private static readonly Vector3 EyeWhite = new(240, 238, 235);
    private static readonly Vector3 Iris = new(40, 50, 60);
    private static readonly Vector3 Glint = new(250, 250, 250);
    private static readonly Vector3 Lash = new(22, 25, 30);
    private static readonly Vector3 Lips = new(165, 85, 95);
    private static readonly Vector3 MouthLine = new(70, 30, 40);

    private const float ShoulderHeight = 0.85f;

    /// <summary>Paints from the back to the front.</summary>
    public void Paint()
    {
        Body();
        Box(0, 1.05f, 0.34f, 0.45f, face.Skin * 0.75f);
        Shape(0, -0.15f, 0.92f, 1.12f, face.Hair, 1, 0.03f, 0.5f);
        Head();
        Eye(-1);
        Eye(1);
        Nose();
        Mouth();
        Fringe();
    }

    /// <summary>
    /// A checked coat down to the lower edge of the picture. The checks are there for the detector, which takes a plain rounded shape below a
    /// hidden head for another head.
    /// </summary>
    private void Body()
    {
        const float shoulders = 2.1f, halfWidth = 1.66f, spacing = 0.3f, halfThread = 0.05f;
        var below = (canvas.Height - face.CenterY) / face.Size;
        var thread = face.Clothes * 1.7f;
        Shape(0, shoulders, halfWidth, ShoulderHeight, face.Clothes, 1, 0, 0.6f);
        Box(0, shoulders + below, halfWidth, below, face.Clothes);
        for (var y = shoulders - (2 * spacing); y < below; y += spacing)
        {
            Box(0, y, y < shoulders ? halfWidth * Round((shoulders - y) / ShoulderHeight) : halfWidth, halfThread, thread);
        }

        for (var x = -5 * spacing; x < halfWidth; x += spacing)
        {
            var top = shoulders - (ShoulderHeight * Round(x / halfWidth));
            Box(x, top + below, halfThread, below, thread);
        }
    }

    /// <summary>Half the width of a circle of radius 1 at a distance from its middle.</summary>
    private static float Round(float distance) => MathF.Sqrt(1 - (distance * distance));

    private void Head()
    {
        var (painter, size, skin) = (this, face.Size, face.Skin);
        canvas.Ellipse(At(0, 0), new Vector2(0.74f, 1) * size, 1, Soft(0.015f, 0.4f), (_, _) => true, (x, y) => skin * painter.Light(x, y));
    }

    /// <summary>Brightness as on a ball lit from the upper left.</summary>
    private float Light(int x, int y)
    {
        var (u, v) = ((x - face.CenterX) / face.Size, (y - face.CenterY) / face.Size);
        var towardsViewer = MathF.Sqrt(Math.Clamp(1 - (u / 0.74f * (u / 0.74f)) - (v * v), 0, 1));
        return 0.62f + (0.42f * towardsViewer) - (0.12f * u) - (0.08f * v);
    }

    private void Eye(int side)
    {
        var x = (side * 0.30f) + (face.Turn * 0.2f);
        Shape(x, -0.12f, 0.22f, 0.14f, face.Skin * 0.62f, 0.7f, 0.05f);
        Shape(x, -0.10f, 0.135f, 0.062f, EyeWhite, 1, 0.012f);
        Shape(x, -0.10f, 0.062f, 0.062f, Iris, 1, 0.01f);
        Shape(x + 0.02f, -0.12f, 0.018f, 0.018f, Glint, 1, 0.006f);
        Shape(x, -0.165f, 0.15f, 0.022f, Lash, 0.9f, 0.012f);
        Shape((side * 0.31f) + (face.Turn * 0.2f), -0.29f, 0.19f, 0.042f, face.Hair * 0.8f, 0.9f, 0.02f);
        Shape((side * 0.42f) + (face.Turn * 0.2f), 0.2f, 0.18f, 0.16f, face.Skin * new Vector3(1.05f, 0.85f, 0.85f), 0.5f, 0.06f);
    }

    private void Nose()
    {
        var x = face.Turn * 0.27f;
        Shape(x - 0.06f, 0.06f, 0.035f, 0.24f, face.Skin * 0.78f, 0.7f, 0.03f);
        Shape(x + 0.03f, 0.05f, 0.03f, 0.2f, Vector3.Min(face.Skin * 1.12f, new Vector3(255)), 0.7f, 0.03f);
        Shape(x, 0.24f, 0.12f, 0.05f, face.Skin * 0.7f, 0.8f, 0.03f);
        Shape(x - 0.06f, 0.255f, 0.028f, 0.018f, face.Skin * 0.35f, 0.9f, 0.008f);
        Shape(x + 0.06f, 0.255f, 0.028f, 0.018f, face.Skin * 0.35f, 0.9f, 0.008f);
    }

    private void Mouth()
    {
        var x = face.Turn * 0.2f;
        Shape(x, 0.50f, 0.24f, 0.062f, Lips, 1, 0.02f);
        Shape(x, 0.495f, 0.22f, 0.014f, MouthLine, 1, 0.008f);
        Shape(x, 0.66f, 0.14f, 0.03f, face.Skin * 0.7f, 0.6f, 0.03f);
    }

    private void Fringe()
    {
        var (center, size, hair) = (At(0, 0), face.Size, face.Hair);
        bool IsAboveBrow(int x, int y) => (y - center.Y) / size < -0.46f + (0.18f * MathF.Sin((3 * (x - center.X) / size) + 0.7f));
        canvas.Ellipse(At(0, -0.18f), new Vector2(0.80f, 0.98f) * size, 1, Soft(0.02f, 0.4f), IsAboveBrow, (_, _) => hair);
    }

    private void Shape(float x, float y, float halfWidth, float halfHeight, Vector3 colour, float strength, float softness, float least = 0.3f) =>
        canvas.Ellipse(At(x, y), new Vector2(halfWidth, halfHeight) * face.Size, colour, strength, Soft(softness, least));

    private void Box(float x, float y, float halfWidth, float halfHeight, Vector3 colour) =>
        canvas.Rectangle(At(x, y), new Vector2(halfWidth, halfHeight) * face.Size, Vector3.Min(colour, new Vector3(255)), Soft(0.01f, 0.4f));

    private Vector2 At(float x, float y) => new(face.CenterX + (x * face.Size), face.CenterY + (y * face.Size));

    private float Soft(float share, float least) => (share * face.Size) + least;
}
