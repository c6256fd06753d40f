namespace Gateway.Deidentification.Detection;

/// <summary>Detections before and after duplicates are dropped, in a fixed store: a list that grows would hide saturation.</summary>
internal sealed class Candidates(int countMax)
{
    private readonly RegionDetection[] _items = new RegionDetection[countMax];

    public int Count { get; private set; }

    public Span<RegionDetection> Items => _items.AsSpan(0, Count);

    public bool TryAdd(in RegionDetection detection)
    {
        if (Count == _items.Length)
        {
            return false;
        }

        _items[Count++] = detection;
        return true;
    }

    public void Clear() => Count = 0;

    /// <summary>
    /// Drops those from a place on that score less than a limit and whose longer side is above another. The size of a line of text is its height:
    /// a coarser pass sees a long line no better.
    /// </summary>
    public void DropWeakFrom(int first, float scoreMin, float sidePxMax, bool isByShorterSide)
    {
        var kept = first;
        for (var index = first; index < Count; index++)
        {
            var (box, score) = (_items[index].Box, _items[index].Score);
            if (score >= scoreMin || (isByShorterSide ? Math.Min(box.Width, box.Height) : Math.Max(box.Width, box.Height)) <= sidePxMax)
            {
                _items[kept++] = _items[index];
            }
        }

        Count = kept;
    }

    /// <summary>
    /// Keeps the best of each group of boxes that overlap by more than the limit. A box that reaches beyond the mask of a better one is
    /// kept as well: dropping it would leave the part that sticks out in the clear.
    /// </summary>
    public void DropDuplicates(float iouMax, in RegionMargins margins)
    {
        Items.Sort(static (a, b) => b.Score.CompareTo(a.Score));
        var kept = 0;
        for (var index = 0; index < Count; index++)
        {
            if (!IsDuplicate(_items.AsSpan(0, kept), _items[index].Box, iouMax, margins))
            {
                _items[kept++] = _items[index];
            }
        }

        Count = kept;
    }

    private static bool IsDuplicate(ReadOnlySpan<RegionDetection> kept, in RegionBox box, float iouMax, in RegionMargins margins)
    {
        foreach (ref readonly var better in kept)
        {
            if (better.Box.IntersectionOverUnion(box) > iouMax && WouldMask(better.Box, box, margins))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The mask reaches half of what its margins add beyond a box on either side, above and below; less below where it is raised.</summary>
    private static bool WouldMask(in RegionBox better, in RegionBox box, in RegionMargins margins)
    {
        var marginX = (margins.WidthFactor - 1) / 2 * better.Width;
        var marginY = (((margins.HeightFactor - 1) / 2) - margins.Raise) * better.Height;
        return box.X >= better.X - marginX && box.Right <= better.Right + marginX && box.Y >= better.Y - marginY && box.Bottom <= better.Bottom + marginY;
    }
}
