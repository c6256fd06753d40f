namespace Gateway.Deidentification.Detection;

/// <summary>
/// How the samples of one axis of a plane become the samples of one axis of a canvas: averages over the covered samples where the plane is
/// shrunk (skipping samples would alias small faces away), linear interpolation where it is enlarged.
/// </summary>
internal sealed class AxisTaps
{
    private AxisTaps(int count, int tapsEach)
    {
        Starts = new int[count];
        Weights = new float[count * tapsEach];
        TapsEach = tapsEach;
    }

    /// <summary>First plane sample of each canvas sample.</summary>
    public int[] Starts { get; }

    /// <summary>Number of plane samples that go into one canvas sample.</summary>
    public int TapsEach { get; }

    /// <summary>Weights, <see cref="TapsEach"/> for each canvas sample; they sum up to 1.</summary>
    public float[] Weights { get; }

    /// <summary>True where every canvas sample is one plane sample.</summary>
    public bool IsCopy => TapsEach == 1;

    public ReadOnlySpan<float> WeightsOf(int index) => Weights.AsSpan(index * TapsEach, TapsEach);

    /// <param name="planeLength">Samples of the plane.</param>
    /// <param name="origin">Where the canvas starts, in plane samples.</param>
    /// <param name="step">Plane samples for one canvas sample.</param>
    /// <param name="count">Samples of the canvas.</param>
    public static AxisTaps Of(int planeLength, double origin, double step, int count)
    {
        var isCopy = step == 1 && origin == Math.Floor(origin);
        var tapsEach = isCopy ? 1 : Math.Min(planeLength, (int)Math.Ceiling(Math.Max(step, 1)) + 1);
        var taps = new AxisTaps(count, tapsEach);
        for (var index = 0; index < count; index++)
        {
            // An enlarged plane is interpolated: that is an average over one sample width around the wanted place.
            var middle = origin + ((index + 0.5) * step);
            var half = Math.Max(step, 1) / 2;
            taps.Set(index, planeLength, middle - half, middle + half);
        }

        return taps;
    }

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
