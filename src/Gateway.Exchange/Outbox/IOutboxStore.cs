using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;

namespace Gateway.Exchange.Outbox;

/// <summary>Mappings and sealed messages on their way out. Every method that changes something returns after it is durable.</summary>
public interface IOutboxStore
{
    /// <summary>Keeps an entry and its submission event. Repeatable: the idempotency key decides; a repeat is not counted for its day again.</summary>
    Task<(EnqueueOutcome Outcome, OutboxEntry? Existing)> EnqueueAsync(OutboxEntry entry, EvidenceEvent submitted, CancellationToken cancellationToken);

    /// <summary>The entry of an idempotency key, however far it came; null when the key was never used.</summary>
    Task<OutboxEntry?> FindEntryAsync(ReadOnlyMemory<byte> idempotencyKey, CancellationToken cancellationToken);

    /// <summary>The oldest entries of a channel that are in no message yet, at most <paramref name="limit"/>, in order of arrival.</summary>
    Task<IReadOnlyList<QueuedEntry>> ReadQueuedAsync(ChannelKey channel, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps a sealed message and marks its entries, in the order of the batch, in one transaction. The entries' own content is destroyed:
    /// from here on the envelope is the only copy.
    /// </summary>
    /// <exception cref="InvalidOperationException">The sequence does not follow the last one, or an entry is not queued: another writer is at work.</exception>
    Task RecordSealedAsync(SealedBatch batch, IReadOnlyList<QueuedEntry> entries, CancellationToken cancellationToken);

    /// <summary>Messages without a receipt above a sequence, in order, at most <paramref name="limit"/>. Refused ones are left out.</summary>
    Task<IReadOnlyList<SealedBatch>> ReadUnreceiptedAsync(ChannelKey channel, long aboveSequence, int limit, CancellationToken cancellationToken);

    /// <summary>The message of this sequence, receipted or not, or null.</summary>
    Task<SealedBatch?> FindMessageAsync(ChannelKey channel, long sequence, CancellationToken cancellationToken);

    /// <summary>Keeps a verified receipt and its event. Repeatable: the first receipt stays.</summary>
    Task RecordReceiptAsync(ChannelKey channel, long sequence, ReadOnlyMemory<byte> receipt, EvidenceEvent relayed, CancellationToken cancellationToken);

    /// <summary>Marks a message refused, with its event. The entries stay, for an operator.</summary>
    Task RecordRefusalAsync(ChannelKey channel, long sequence, EvidenceEvent refused, CancellationToken cancellationToken);

    /// <summary>What is known of a channel.</summary>
    Task<OutboundChannel> GetChannelAsync(ChannelKey channel, CancellationToken cancellationToken);

    /// <summary>State of the newest version of a mapping, or null when it was never shared from here.</summary>
    Task<DeliveryStatus?> FindDeliveryAsync(ReadOnlyMemory<byte> mappingId, CancellationToken cancellationToken);

    /// <summary>Every newest mapping version that was shared from a binding: what must be recalled when the binding is erased.</summary>
    Task<IReadOnlyList<SharedMapping>> ReadSharedAsync(ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken);

    /// <summary>Destroys the envelopes of receipted messages sealed before a time; the signed message and its receipt stay as evidence.</summary>
    /// <returns>Number of envelopes destroyed.</returns>
    Task<int> DestroyReceiptedEnvelopesAsync(DateTimeOffset sealedBefore, CancellationToken cancellationToken);

    /// <summary>Number of entries without a receipt, of one recipient or, with null, of all.</summary>
    Task<long> CountOpenAsync(string? recipient, CancellationToken cancellationToken);
}

/// <summary>A mapping that was shared.</summary>
/// <param name="MappingId">The mapping.</param>
/// <param name="Version">Its newest version.</param>
/// <param name="Channel">Where it went.</param>
/// <param name="Purpose">Under which purpose.</param>
/// <param name="ShareKey">Idempotency key it was first shared with, 16 bytes.</param>
/// <param name="Terms">What its newest version keeps of the first; null once peers were told to erase it.</param>
public sealed record SharedMapping(
    ReadOnlyMemory<byte> MappingId, int Version, ChannelKey Channel, string Purpose, ReadOnlyMemory<byte> ShareKey, ShareTerms? Terms);
