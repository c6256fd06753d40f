namespace Gateway.Deidentification.Detection;

/// <summary>
/// How the samples of one axis of a plane become the samples of one axis of a canvas: averages over the covered samples where the plane is
/// shrunk (skipping samples would alias small faces away), linear interpolation where it is enlarged.
/// </summary>
internal sealed class AxisTaps
{
    private AxisTaps(int count, int tapsEach, AxisStep step)
    {
        Starts = new int[count];
        Weights = new float[count * tapsEach];
        TapsEach = tapsEach;
        Step = step;
    }

    /// <summary>Which of the steps that have kernels of their own it is.</summary>
    public AxisStep Step { get; }

    /// <summary>First plane sample of each canvas sample.</summary>
    public int[] Starts { get; }

    /// <summary>Number of plane samples that go into one canvas sample.</summary>
    public int TapsEach { get; }

    /// <summary>Weights, <see cref="TapsEach"/> for each canvas sample; they sum up to 1.</summary>
    public float[] Weights { get; }

    /// <summary>True where every canvas sample is one plane sample.</summary>
    public bool IsCopy => Step == AxisStep.Copy;

    public ReadOnlySpan<float> WeightsOf(int index) => Weights.AsSpan(index * TapsEach, TapsEach);

    /// <param name="planeLength">Samples of the plane.</param>
    /// <param name="origin">Where the canvas starts, in plane samples.</param>
    /// <param name="step">Plane samples for one canvas sample.</param>
    /// <param name="count">Samples of the canvas.</param>
    public static AxisTaps Of(int planeLength, double origin, double step, int count)
    {
        var kind = StepOf(planeLength, origin, step, count);
        var tapsEach = kind switch
        {
            AxisStep.Copy => 1,
            AxisStep.Halving => 2,
            _ => Math.Min(planeLength, (int)Math.Ceiling(Math.Max(step, 1)) + 1),
        };
        var taps = new AxisTaps(count, tapsEach, kind);
        for (var index = 0; index < count; index++)
        {
            // An enlarged plane is interpolated: that is an average over one sample width around the wanted place.
            var middle = origin + ((index + 0.5) * step);
            var half = Math.Max(step, 1) / 2;
            taps.Set(index, planeLength, middle - half, middle + half);
        }

        return taps;
    }

    private static AxisStep StepOf(int planeLength, double origin, double step, int count) => step switch
    {
        _ when origin != Math.Floor(origin) => AxisStep.Any,
        1 => AxisStep.Copy,
        2 when origin + (2L * count) <= planeLength => AxisStep.Halving,
        0.5 when origin + (count / 2d) <= planeLength && planeLength > 1 => AxisStep.Doubling,
        _ => AxisStep.Any,
    };

    private void Set(int index, int planeLength, double from, double to)
    {
        var start = Math.Clamp((int)Math.Floor(from), 0, planeLength - TapsEach);
        Starts[index] = start;
        var weights = Weights.AsSpan(index * TapsEach, TapsEach);
        var sum = 0d;
        for (var tap = 0; tap < weights.Length; tap++)
        {
            var covered = Math.Max(0, Math.Min(to, start + tap + 1) - Math.Max(from, start + tap));
            weights[tap] = (float)covered;
            sum += covered;
        }

        if (sum <= 0)
        {
            // The canvas sample lies outside the plane altogether (half a chroma sample at an odd border): take the nearest sample.
            weights.Clear();
            weights[from < 0 ? 0 : ^1] = 1;
            return;
        }

        for (var tap = 0; tap < weights.Length; tap++)
        {
            weights[tap] = (float)(weights[tap] / sum);
        }
    }
}

/// <summary>How far apart the samples of a canvas lie in a plane. Plans go in steps of two, so nearly all work is one of the first three.</summary>
internal enum AxisStep
{
    /// <summary>Anything else.</summary>
    Any,

    /// <summary>Every canvas sample is one plane sample.</summary>
    Copy,

    /// <summary>Every canvas sample is the mean of two plane samples of its own.</summary>
    Halving,

    /// <summary>Two canvas samples lie within one plane sample, a quarter of it from its middle.</summary>
    Doubling,
}
