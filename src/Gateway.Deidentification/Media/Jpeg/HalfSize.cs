namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>Halves planes by averages of 2 × 2 samples.</summary>
internal static class HalfSize
{
    /// <summary>Averages into a rectangle of the smaller plane.</summary>
    /// <param name="from">Plane of full size.</param>
    /// <param name="to">Plane of half its width and height, both rounded up.</param>
    /// <param name="area">Where to write, in samples of the smaller plane; what is beyond it is left out.</param>
    public static void Average(PlaneSpan from, PlaneSpan to, PixelRect area)
    {
        area = area.ClipTo(to.Width, to.Height);
        for (var y = area.Top; y < area.Bottom; y++)
        {
            var upper = from.Samples.Slice(2 * y * from.Width, from.Width);
            var lower = from.Samples.Slice(Math.Min((2 * y) + 1, from.Height - 1) * from.Width, from.Width);
            var row = to.From(0, y);
            for (var x = area.Left; x < area.Right; x++)
            {
                var (at, next) = (2 * x, Math.Min((2 * x) + 1, from.Width - 1));
                row[x] = (byte)((upper[at] + upper[next] + lower[at] + lower[next] + 2) >> 2);
            }
        }
    }
}
