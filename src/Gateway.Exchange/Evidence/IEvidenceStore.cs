namespace Gateway.Exchange.Evidence;

/// <summary>The chained evidence at rest. The store assigns positions and hashes; events that belong to a change are written with it.</summary>
public interface IEvidenceStore
{
    /// <summary>Appends an event that belongs to no other change, such as a refusal. Durable when it returns.</summary>
    Task<ChainedEvidence> AppendAsync(EvidenceEvent evidence, CancellationToken cancellationToken);

    /// <summary>Events named <see cref="EventNames.RelayFailure"/> from a position on, oldest first, at most <paramref name="limit"/>, without a look at the others.</summary>
    Task<IReadOnlyList<ChainedEvidence>> ReadRelayFailuresAsync(long fromPosition, int limit, CancellationToken cancellationToken);

    /// <summary>Events from a position on, oldest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<ChainedEvidence>> ReadAsync(long fromPosition, int limit, CancellationToken cancellationToken);
}
