namespace Gateway.Exchange.Ledgers;

/// <summary>Where two ledgers part, as far as the points that were compared tell.</summary>
/// <param name="LastEqual">Highest position known to be equal; 0, where both are empty, always is.</param>
/// <param name="FirstOther">Lowest position known to differ, or null when none does.</param>
internal readonly record struct LedgerComparison(long LastEqual, long? FirstOther)
{
    // Sixteen intervals a question: a million messages take five questions, and a statement stays below 1 KiB.
    private const int Intervals = 16;

    /// <summary>Most points of one statement.</summary>
    public const int PointsMax = Intervals + 1;

    /// <summary>The first differing position, once it is certain.</summary>
    public long? Difference => FirstOther == LastEqual + 1 ? FirstOther : null;

    /// <summary>Compares the same positions of two ledgers. A running digest that differs once differs from there on.</summary>
    public static LedgerComparison Of(IReadOnlyList<LedgerPoint> ours, IReadOnlyList<LedgerPoint> theirs)
    {
        var lastEqual = 0L;
        foreach (var (mine, other) in ours.Zip(theirs))
        {
            if (mine.Digest.IsEmpty || !mine.Digest.Span.SequenceEqual(other.Digest.Span))
            {
                return new LedgerComparison(lastEqual, mine.Position);
            }

            lastEqual = mine.Position;
        }

        return new LedgerComparison(lastEqual, null);
    }

    /// <summary>The positions to ask for next, so that the two bounds are among them and both sides see the same.</summary>
    public IReadOnlyList<long> Narrower()
    {
        var (low, high) = (LastEqual, FirstOther!.Value);
        var step = Math.Max(1, (high - low + Intervals - 1) / Intervals);
        var positions = new List<long>(PointsMax);
        for (var position = low; position < high; position += step)
        {
            positions.Add(position);
        }

        positions.Remove(0);
        positions.Add(high);
        return positions;
    }
}
