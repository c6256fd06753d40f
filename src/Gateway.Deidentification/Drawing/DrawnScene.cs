using System.Numerics;

namespace Gateway.Deidentification.Drawing;

/// <summary>
/// A scene with faces, drawn by code: pictures and clips to try the gateway with that show nobody. The built-in detector finds the faces of
/// <see cref="Standard"/>, so nothing about such a demonstration is staged. The same scene is drawn alike on every machine.
/// </summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
public sealed class DrawnScene
{
    private const int StandardWidth = 1280;
    private const int StandardHeight = 720;
    private const int GrainTableSize = 1 << 16;
    private const float GrainDeviation = 3;

    /// <summary>Frames after which a face is back where it was.</summary>
    private const float PeriodFrames = 100;

    private readonly ulong _seed;
    private readonly DrawnFace[] _faces;
    private readonly Canvas _backdrop;
    private readonly Canvas _canvas;
    private readonly float[] _grain = new float[GrainTableSize];

    /// <summary>Prepares a scene.</summary>
    /// <param name="width">Width in pixels, 16 to 7680.</param>
    /// <param name="height">Height in pixels, 16 to 4320.</param>
    /// <param name="faces">Faces, painted in this order.</param>
    /// <param name="seed">Decides backdrop and grain.</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is out of range.</exception>
    public DrawnScene(int width, int height, IEnumerable<DrawnFace> faces, ulong seed = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, 7680);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, 4320);
        _seed = seed;
        _faces = [.. faces];
        _backdrop = new Canvas(width, height);
        _canvas = new Canvas(width, height);
        var random = new SceneRandom(seed);
        Backdrop.Paint(_backdrop, ref random);
        for (var i = 0; i < _grain.Length; i++)
        {
            _grain[i] = random.NextBell() * GrainDeviation;
        }
    }

    /// <summary>1280 x 720 pixels with four faces, their heads 260, 180, 120 and 96 pixels high.</summary>
    public static DrawnScene Standard() => new(StandardWidth, StandardHeight, StandardFaces());

    /// <summary>Draws frame <paramref name="number"/>: the faces sway, each in its own time, and frame 0 has them where they were given.</summary>
    /// <param name="number">0 or more.</param>
    public DrawnFrame Frame(int number = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        var faces = Array.ConvertAll(_faces, face => Sway(face, number));
        _canvas.CopyFrom(_backdrop);
        foreach (var face in faces)
        {
            new FacePainter(_canvas, face).Paint();
        }

        var image = _canvas.ToImage(_grain, new SceneRandom(_seed ^ ((ulong)number << 32)));
        return new DrawnFrame(image, Array.ConvertAll(faces, face => face.Box));
    }

    /// <summary>The four faces of <see cref="Standard"/>, to be placed in scenes of other sizes.</summary>
    /// <param name="scale">Factor on places and sizes, above 0.</param>
    public static IReadOnlyList<DrawnFace> StandardFaces(float scale = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        return
        [
            new DrawnFace(300 * scale, 300 * scale, 130 * scale, new Vector3(225, 180, 150), new Vector3(60, 40, 30), new Vector3(40, 60, 90)),
            new DrawnFace(680 * scale, 330 * scale, 90 * scale, new Vector3(170, 120, 90), new Vector3(20, 20, 20), new Vector3(96, 52, 60), 0.5f),
            new DrawnFace(980 * scale, 300 * scale, 60 * scale, new Vector3(120, 80, 60), new Vector3(12, 10, 10), new Vector3(52, 92, 108), -0.4f),
            new DrawnFace(1150 * scale, 440 * scale, 48 * scale, new Vector3(235, 190, 160), new Vector3(150, 110, 60), new Vector3(60, 84, 62)),
        ];
    }

    private static DrawnFace Sway(DrawnFace face, int number)
    {
        // Larger heads are nearer and swing slower; the size keeps a walker's distance changing.
        var phase = number * MathF.Tau / PeriodFrames;
        return face with
        {
            CenterX = face.CenterX + (0.35f * face.Size * MathF.Sin(phase)),
            CenterY = face.CenterY + (0.12f * face.Size * MathF.Sin(2 * phase)),
            Size = face.Size * (1 + (0.08f * MathF.Sin(phase / 2))),
        };
    }
}
