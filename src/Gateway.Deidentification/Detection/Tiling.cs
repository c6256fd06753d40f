namespace Gateway.Deidentification.Detection;

/// <summary>One axis of an image cut into equal, overlapping tiles.</summary>
/// <param name="Total">Length of the axis, pixels.</param>
/// <param name="Count">Number of tiles.</param>
/// <param name="Length">Length of every tile, pixels.</param>
internal readonly record struct Tiling(int Total, int Count, int Length)
{
    /// <summary>The fewest tiles that are each at most <paramref name="scaledMax"/> long after scaling.</summary>
    public static Tiling Of(int total, float scale, int overlap, int scaledMax)
    {
        for (var count = 1; ; count++)
        {
            var length = (int)Math.Min(total, (total + ((long)(count - 1) * overlap) + count - 1) / count);
            if (length * scale <= scaledMax || count > PassPlan.PassesMax)
            {
                return new Tiling(total, count, length);
            }
        }
    }

    /// <summary>First pixel of every tile; the last tile ends at the end of the axis.</summary>
    public IEnumerable<int> Starts
    {
        get
        {
            var (total, count, length) = this;
            return Enumerable.Range(0, count).Select(index => count == 1 ? 0 : (int)((long)index * (total - length) / (count - 1)));
        }
    }
}
