using Gateway.Exchange.Delivery;
using Gateway.Exchange.Mappings;

namespace Gateway.Exchange.Outbox;

/// <summary>How far the delivery of a mapping came.</summary>
public enum DeliveryState
{
    /// <summary>Durable, not yet in a sealed message.</summary>
    Queued = 1,

    /// <summary>In a sealed message, receipt outstanding.</summary>
    Sealed = 2,

    /// <summary>The peer's receipt was verified and kept.</summary>
    Receipted = 3,

    /// <summary>The peer refused the message; an operator has to act.</summary>
    Refused = 4,
}

/// <summary>One version of one mapping on its way to a peer.</summary>
/// <param name="IdempotencyKey">16 bytes chosen by the caller; unique. The same key is the same request.</param>
/// <param name="RequestDigest">Keyed digest of the request: tells a repeat from a conflict.</param>
/// <param name="MappingId">16 random bytes.</param>
/// <param name="Version">Version of the mapping.</param>
/// <param name="BindingId">Binding it was made from.</param>
/// <param name="Channel">Where it goes.</param>
/// <param name="Purpose">Purpose code; one sealed message carries one purpose.</param>
/// <param name="Content">The serialized mapping, encrypted.</param>
/// <param name="QueuedAt">When it was handed over.</param>
public sealed record OutboxEntry(
    ReadOnlyMemory<byte> IdempotencyKey,
    ReadOnlyMemory<byte> RequestDigest,
    ReadOnlyMemory<byte> MappingId,
    int Version,
    ReadOnlyMemory<byte> BindingId,
    ChannelKey Channel,
    string Purpose,
    ProtectedRecord Content,
    DateTimeOffset QueuedAt)
{
    /// <summary>How many entries may be queued for its channel on the day (UTC) of <see cref="QueuedAt"/>; null for one that does not count.</summary>
    public int? MappingsPerDayMax { get; init; }

    /// <summary>What the mapping was shared on; null for an erasure.</summary>
    public ShareTerms? Terms { get; init; }

    /// <summary>Content digest its binding must still have when it is queued; empty where any will do. What was read of a binding may be corrected meanwhile.</summary>
    public ReadOnlyMemory<byte> BindingDigest { get; init; }
}

/// <summary>What a later version of a mapping has to keep of the first.</summary>
/// <param name="PseudonymType">Type of its pseudonym, as the proto numbers it.</param>
/// <param name="NotAfter">When the receiver destroys it.</param>
public sealed record ShareTerms(int PseudonymType, DateTimeOffset NotAfter);

/// <summary>An entry with its place in the queue.</summary>
/// <param name="Position">Order of arrival at this node; grows.</param>
/// <param name="Entry">The entry.</param>
public sealed record QueuedEntry(long Position, OutboxEntry Entry);

/// <summary>How queueing ended.</summary>
public enum EnqueueOutcome
{
    /// <summary>New and durable.</summary>
    Queued,

    /// <summary>The same request was there before; the stored entry is returned.</summary>
    Repeat,

    /// <summary>The idempotency key was used for another request.</summary>
    Conflict,

    /// <summary>The outbox is at its limit; nothing was kept.</summary>
    Full,

    /// <summary>As many mappings were issued in the channel today as agreed; nothing was kept and nothing counted.</summary>
    VolumeUsedUp,

    /// <summary>Its binding was corrected or erased, or its mapping has a version as new already; nothing was kept. Read them again.</summary>
    Changed,
}

/// <summary>One sealed message, kept as the bytes that are sent.</summary>
/// <param name="Channel">Where it goes.</param>
/// <param name="Sequence">Sequence in the channel, from 1 without gaps.</param>
/// <param name="MessageId">16 bytes, UUID version 7.</param>
/// <param name="MessageHash">SHA-256 of its signed attributes, 32 bytes.</param>
/// <param name="Envelope">The CMS envelope, exactly as sent.</param>
/// <param name="SignedMessage">The signed message without its content, DER: what a receipt is checked against.</param>
/// <param name="InclusionPaths">For each entry in order, its Merkle path, 32 bytes a step.</param>
/// <param name="SealedAt">When it was sealed.</param>
public sealed record SealedBatch(
    ChannelKey Channel,
    long Sequence,
    ReadOnlyMemory<byte> MessageId,
    ReadOnlyMemory<byte> MessageHash,
    ReadOnlyMemory<byte> Envelope,
    ReadOnlyMemory<byte> SignedMessage,
    IReadOnlyList<ReadOnlyMemory<byte>> InclusionPaths,
    DateTimeOffset SealedAt);

/// <summary>What the sender knows of one of its channels.</summary>
/// <param name="LastSequence">Sequence of the last sealed message; 0 before the first.</param>
/// <param name="LastMessageHash">Hash of that message; empty before the first.</param>
/// <param name="LastReceipted">Highest sequence for which every message up to it has its receipt.</param>
public sealed record OutboundChannel(long LastSequence, ReadOnlyMemory<byte> LastMessageHash, long LastReceipted);

/// <summary>State and evidence of one delivery.</summary>
/// <param name="State">How far it came.</param>
/// <param name="Channel">Channel of the mapping.</param>
/// <param name="Sequence">Sequence of its message, or 0.</param>
/// <param name="Receipt">The peer's signed receipt, DER, or empty.</param>
/// <param name="SignedMessage">The signed message without its content, DER, or empty.</param>
/// <param name="BatchIndex">Position in the batch.</param>
/// <param name="BatchSize">Entries in the batch.</param>
/// <param name="InclusionPath">Merkle path, 32 bytes a step.</param>
public sealed record DeliveryStatus(
    DeliveryState State,
    ChannelKey Channel,
    long Sequence,
    ReadOnlyMemory<byte> Receipt,
    ReadOnlyMemory<byte> SignedMessage,
    int BatchIndex,
    int BatchSize,
    ReadOnlyMemory<byte> InclusionPath);
