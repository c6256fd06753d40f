namespace Gateway.TestKit.Onnx;

/// <summary>A fault of <see cref="SpoiledModel"/> and the pure colour that calls for it.</summary>
/// <param name="Name">What goes wrong.</param>
/// <param name="Blue">0 or 255.</param>
/// <param name="Green">0 or 255.</param>
/// <param name="Red">0 or 255.</param>
public sealed record Fault(string Name, byte Blue, byte Green, byte Red)
{
    public static Fault NotANumber { get; } = new("NaN", 255, 0, 0);

    public static Fault Infinite { get; } = new("infinite boxes", 0, 255, 0);

    public static Fault Throws { get; } = new("throws", 0, 0, 255);

    public static Fault WrongShape { get; } = new("wrong shape", 0, 255, 255);

    public static Fault Late { get; } = new("late", 255, 0, 255);

    public static Fault Crowd { get; } = new("a box in every cell", 255, 255, 0);

    public static IReadOnlyList<Fault> All { get; } = [NotANumber, Infinite, Throws, WrongShape, Late, Crowd];

    /// <summary>Weights of blue, green and red whose sum is 255 for this colour and far less for every other.</summary>
    internal (float Blue, float Green, float Red) Weights
    {
        get
        {
            // A pair of colours counts half each, and so does what must not be there.
            var lit = (Blue + Green + Red) / 255f;
            float Weight(byte channel) => channel > 0 ? 1 / lit : -1 / (3 - lit);
            return (Weight(Blue), Weight(Green), Weight(Red));
        }
    }

    /// <summary>Paints a square of the colour into a BGRA picture.</summary>
    public void Paint(Span<byte> bgra, int width, int left, int top, int side)
    {
        for (var y = top; y < top + side; y++)
        {
            for (var x = left; x < left + side; x++)
            {
                var pixel = bgra.Slice(4 * ((y * width) + x), 4);
                (pixel[0], pixel[1], pixel[2], pixel[3]) = (Blue, Green, Red, 255);
            }
        }
    }
}
