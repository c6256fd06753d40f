using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Drawing;

/// <summary>A shape with soft edges on a small window of the canvas: how much of its colour each pixel takes, 0 to 1.</summary>
internal sealed class SoftShape
{
    private SoftShape(PixelRect window, float[] coverage)
    {
        Window = window;
        Coverage = coverage;
    }

    /// <summary>Where the shape may reach.</summary>
    public PixelRect Window { get; }

    /// <summary>Coverage of the pixels of the window, row by row.</summary>
    public float[] Coverage { get; }

    /// <summary>Draws a shape that is defined pixel by pixel and softens it.</summary>
    /// <param name="bounds">Where the shape lies.</param>
    /// <param name="strength">Coverage inside, 0 to 1.</param>
    /// <param name="softness">Deviation of the bell curve its edge is blurred with, pixels.</param>
    /// <param name="isInside">True for pixels of the shape.</param>
    /// <param name="canvasWidth">Width of the canvas.</param>
    /// <param name="canvasHeight">Height of the canvas.</param>
    public static SoftShape Draw(
        PixelRect bounds, float strength, float softness, Func<int, int, bool> isInside, int canvasWidth, int canvasHeight)
    {
        var reach = (int)MathF.Ceiling(3 * softness);
        var window = new PixelRect(bounds.Left - reach, bounds.Top - reach, bounds.Right + reach, bounds.Bottom + reach).ClipTo(canvasWidth, canvasHeight);
        var shape = new SoftShape(window, window.IsEmpty ? [] : new float[window.Width * window.Height]);
        for (var i = 0; i < shape.Coverage.Length; i++)
        {
            shape.Coverage[i] = isInside(window.Left + (i % window.Width), window.Top + (i / window.Width)) ? strength : 0;
        }

        shape.Blur(softness, reach);
        return shape;
    }

    /// <summary>Draws an upright rectangle. Its soft coverage is the product of that of its columns and of its rows.</summary>
    /// <param name="bounds">Pixels inside.</param>
    /// <param name="softness">As for other shapes.</param>
    /// <param name="canvasWidth">Width of the canvas.</param>
    /// <param name="canvasHeight">Height of the canvas.</param>
    public static SoftShape DrawBox(PixelRect bounds, float softness, int canvasWidth, int canvasHeight)
    {
        var reach = (int)MathF.Ceiling(3 * softness);
        var window = new PixelRect(bounds.Left - reach, bounds.Top - reach, bounds.Right + reach, bounds.Bottom + reach).ClipTo(canvasWidth, canvasHeight);
        var shape = new SoftShape(window, window.IsEmpty ? [] : new float[window.Width * window.Height]);
        var kernel = Kernel(softness, reach);
        var columns = Profile(bounds.Left, bounds.Right, window.Left, window.Right, kernel);
        var rows = Profile(bounds.Top, bounds.Bottom, window.Top, window.Bottom, kernel);
        for (var i = 0; i < shape.Coverage.Length; i++)
        {
            shape.Coverage[i] = columns[i % window.Width] * rows[i / window.Width];
        }

        return shape;
    }

    private static float[] Profile(int first, int end, int windowFirst, int windowEnd, ReadOnlySpan<float> kernel)
    {
        var inside = new float[Math.Max(0, windowEnd - windowFirst)];
        for (var i = 0; i < inside.Length; i++)
        {
            inside[i] = windowFirst + i >= first && windowFirst + i < end ? 1 : 0;
        }

        var profile = new float[inside.Length];
        BlurLine(inside, profile, 0, 1, inside.Length, kernel);
        return profile;
    }

    private void Blur(float deviation, int reach)
    {
        var kernel = Kernel(deviation, reach);
        var rows = new float[Coverage.Length];
        for (var y = 0; y < Window.Height; y++)
        {
            BlurLine(Coverage, rows, y * Window.Width, 1, Window.Width, kernel);
        }

        for (var x = 0; x < Window.Width; x++)
        {
            BlurLine(rows, Coverage, x, Window.Width, Window.Height, kernel);
        }
    }

    private static float[] Kernel(float deviation, int reach)
    {
        var kernel = new float[(2 * reach) + 1];
        for (var i = 0; i < kernel.Length; i++)
        {
            kernel[i] = MathF.Exp(-(i - reach) * (i - reach) / (2 * deviation * deviation));
        }

        var sum = kernel.Sum();
        return Array.ConvertAll(kernel, weight => weight / sum);
    }

    private static void BlurLine(ReadOnlySpan<float> from, Span<float> to, int start, int step, int length, ReadOnlySpan<float> kernel)
    {
        var reach = kernel.Length / 2;
        for (var i = 0; i < length; i++)
        {
            var sum = 0f;
            for (var k = -reach; k <= reach; k++)
            {
                sum += kernel[k + reach] * from[start + (Math.Clamp(i + k, 0, length - 1) * step)];
            }

            to[start + (i * step)] = sum;
        }
    }
}
