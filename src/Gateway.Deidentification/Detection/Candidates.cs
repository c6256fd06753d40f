namespace Gateway.Deidentification.Detection;

/// <summary>Detections before and after duplicates are dropped, in a fixed store: a list that grows would hide saturation.</summary>
internal sealed class Candidates(int countMax)
{
    private readonly RegionDetection[] _items = new RegionDetection[countMax];
    private readonly List<Outline> _outlines = [];
    private int _outlinesUsed;

    /// <summary>Outlines whose memory is kept from image to image.</summary>
    private const int OutlinesKeptMax = 256;

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

    /// <summary>Memory for one more outline of a candidate of this image; give it back where there is no outline to believe.</summary>
    public Outline RentOutline()
    {
        if (_outlinesUsed == _outlines.Count)
        {
            _outlines.Add(new Outline());
        }

        return _outlines[_outlinesUsed++];
    }

    /// <summary>Takes the outline that was rented last back.</summary>
    public void ReturnOutline() => _outlinesUsed--;

    public void Clear()
    {
        (Count, _outlinesUsed) = (0, 0);
        if (_outlines.Count > OutlinesKeptMax)
        {
            // A crowd, or noise: what it took is not kept for all the frames after it.
            _outlines.RemoveRange(OutlinesKeptMax, _outlines.Count - OutlinesKeptMax);
            Array.Clear(_items);
        }
    }

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
    /// kept as well: dropping it would leave the part that sticks out in the clear. What the outline of a dropped one has joins the one kept, and
    /// one that has none takes it from the one kept as well: two persons may be so close that one of them looks like a duplicate.
    /// </summary>
    public void DropDuplicates(float iouMax, in RegionMargins margins)
    {
        Items.Sort(static (a, b) => b.Score.CompareTo(a.Score));
        var kept = 0;
        for (var index = 0; index < Count; index++)
        {
            var better = BetterOf(_items.AsSpan(0, kept), _items[index].Box, iouMax, margins);
            if (better < 0)
            {
                _items[kept++] = _items[index];
            }
            else if (_items[better].Outline is { } outline)
            {
                Unite(ref _items[better], outline, _items[index].Outline);
            }
        }

        Count = kept;
    }

    private static void Unite(ref RegionDetection better, Outline outline, Outline? dropped)
    {
        if (dropped is null)
        {
            better = better with { Outline = null };
        }
        else
        {
            outline.Unite(dropped);
        }
    }

    /// <summary>Index of the one kept that a box is a duplicate of; below 0 where there is none.</summary>
    private static int BetterOf(ReadOnlySpan<RegionDetection> kept, in RegionBox box, float iouMax, in RegionMargins margins)
    {
        for (var index = 0; index < kept.Length; index++)
        {
            if (kept[index].Box.IntersectionOverUnion(box) > iouMax && WouldMask(kept[index].Box, box, margins))
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>The mask reaches half of what its margins add beyond a box on either side, above and below; less below where it is raised.</summary>
    private static bool WouldMask(in RegionBox better, in RegionBox box, in RegionMargins margins)
    {
        var marginX = (margins.WidthFactor - 1) / 2 * better.Width;
        var marginY = (((margins.HeightFactor - 1) / 2) - margins.Raise) * better.Height;
        return box.X >= better.X - marginX && box.Right <= better.Right + marginX && box.Y >= better.Y - marginY && box.Bottom <= better.Bottom + marginY;
    }
}
