using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Detection.Decoders;

/// <summary>
/// Finds the groups of cells of a map that reach a limit and touch, corners included, in one passage over its rows. Its memory is bounded, and
/// a map with more groups than fit is told so.
/// </summary>
internal sealed class ConnectedCells
{
    /// <summary>Groups in the making. A map that needs more is noise.</summary>
    public const int GroupsMax = 32768;

    private readonly List<Group> _groups = [];
    private List<Run> _above = [];
    private List<Run> _here = [];

    /// <summary>Groups ever begun, those included that became part of another; see <see cref="IsWhole"/>.</summary>
    public int Count => _groups.Count;

    /// <summary>False where the group became part of another.</summary>
    public bool IsWhole(int index) => _groups[index].Parent == index;

    /// <summary>The smallest rectangle of cells around a group.</summary>
    public PixelRect BoundsOf(int index) => _groups[index].Bounds;

    /// <summary>Its largest value.</summary>
    public float BestOf(int index) => _groups[index].Best;

    /// <summary>Finds the groups of a map. False where there are more than <see cref="GroupsMax"/>.</summary>
    public bool TryFind(ReadOnlySpan<float> map, int width, float limit)
    {
        _groups.Clear();
        _above.Clear();
        for (var row = 0; (row + 1) * width <= map.Length; row++)
        {
            if (!TryFindRow(map.Slice(row * width, width), row, limit))
            {
                return false;
            }

            (_above, _here) = (_here, _above);
        }

        return true;
    }

    private bool TryFindRow(ReadOnlySpan<float> cells, int row, float limit)
    {
        _here.Clear();
        var above = 0;
        for (var start = FloatValues.NextAtLeast(cells, 0, limit); start < cells.Length;)
        {
            var (end, best) = (start, limit);
            for (; end < cells.Length && cells[end] >= limit; end++)
            {
                best = Math.Max(best, cells[end]);
            }

            var group = Joined(new PixelRect(start, row, end, row + 1), best, ref above);
            if (group < 0)
            {
                return false;
            }

            _here.Add(new Run(start, end, group));
            start = FloatValues.NextAtLeast(cells, end, limit);
        }

        return true;
    }

    /// <summary>The group of a run: that of the runs it touches in the row above, made one, or a new one; below 0 where there is no room.</summary>
    private int Joined(PixelRect run, float best, ref int above)
    {
        var group = -1;
        while (above < _above.Count && _above[above].End < run.Left)
        {
            above++;
        }

        for (var index = above; index < _above.Count && _above[index].Start <= run.Right; index++)
        {
            var other = RootOf(_above[index].Group);
            group = group < 0 || group == other ? other : Merge(group, other);
        }

        if (group >= 0)
        {
            _groups[group] = _groups[group].With(run, best);
            return group;
        }

        if (_groups.Count == GroupsMax)
        {
            return -1;
        }

        _groups.Add(new Group(_groups.Count, run, best));
        return _groups.Count - 1;
    }

    private int RootOf(int index)
    {
        while (_groups[index].Parent is var parent && parent != index)
        {
            // Each visit halves the way for the next one: a map drawn to make long chains must not take a frame's time.
            _groups[index] = _groups[index] with { Parent = _groups[parent].Parent };
            index = parent;
        }

        return index;
    }

    /// <summary>The older one stays the root, so that chains stay short.</summary>
    private int Merge(int one, int other)
    {
        var (root, part) = (Math.Min(one, other), Math.Max(one, other));
        _groups[root] = _groups[root].With(_groups[part].Bounds, _groups[part].Best);
        _groups[part] = _groups[part] with { Parent = root };
        return root;
    }

    private readonly record struct Run(int Start, int End, int Group);

    private readonly record struct Group(int Parent, PixelRect Bounds, float Best)
    {
        public Group With(PixelRect run, float best) => this with
        {
            Bounds = new PixelRect(
                Math.Min(Bounds.Left, run.Left), Math.Min(Bounds.Top, run.Top), Math.Max(Bounds.Right, run.Right), Math.Max(Bounds.Bottom, run.Bottom)),
            Best = Math.Max(Best, best),
        };
    }
}
