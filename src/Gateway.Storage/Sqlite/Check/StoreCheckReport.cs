namespace Gateway.Storage.Sqlite.Check;

/// <summary>Something in a store that does not hold.</summary>
/// <param name="Check">Which rule, such as <c>evidence chain</c>.</param>
/// <param name="Detail">Where and how it is broken: channels, sequences, positions; nothing identifying.</param>
public sealed record StoreFinding(string Check, string Detail);

/// <summary>What a check of a store found.</summary>
/// <param name="Findings">Everything that does not hold, at most 100 for each rule; empty for a sound store.</param>
/// <param name="EvidencePosition">Position of the last event; 0 for an empty chain.</param>
/// <param name="EvidenceHash">
/// Recomputed hash of the last event. A note of position and hash kept elsewhere tells later whether the chain was cut back.
/// </param>
public sealed record StoreCheckReport(IReadOnlyList<StoreFinding> Findings, long EvidencePosition, ReadOnlyMemory<byte> EvidenceHash)
{
    /// <summary>Nothing was found.</summary>
    public bool IsSound => Findings.Count == 0;
}
