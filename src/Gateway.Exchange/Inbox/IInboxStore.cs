using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Mappings;

namespace Gateway.Exchange.Inbox;

/// <summary>One mapping of a verified message, ready to be kept.</summary>
/// <param name="MappingId">16 bytes chosen by the issuer.</param>
/// <param name="Version">Version; an older one than the one kept changes nothing.</param>
/// <param name="State">State as the proto numbers it; moves forward only.</param>
/// <param name="PseudonymDigest">Keyed digest of the pseudonym, 32 bytes.</param>
/// <param name="Purpose">Purpose code.</param>
/// <param name="NotAfter">When it must be destroyed.</param>
/// <param name="Content">The serialized mapping, encrypted; erased mappings come with an empty record.</param>
public sealed record ReceivedMapping(
    ReadOnlyMemory<byte> MappingId,
    int Version,
    int State,
    ReadOnlyMemory<byte> PseudonymDigest,
    string Purpose,
    DateTimeOffset NotAfter,
    ProtectedRecord Content)
{
    /// <summary>Event of the change it makes to a mapping that is here; it is kept in the place of one and never as a new one. Null for all others.</summary>
    public string? ChangeEvent { get; init; }
}

/// <summary>A verified message, ready to be kept in one transaction.</summary>
/// <param name="Channel">Where it came from.</param>
/// <param name="Epoch">Epoch of the session it came on.</param>
/// <param name="Sequence">Sequence inside its signature.</param>
/// <param name="MessageId">Id inside its signature, 16 bytes.</param>
/// <param name="MessageHash">SHA-256 of its signed attributes, 32 bytes.</param>
/// <param name="PreviousMessageHash">Hash of the message before it, as signed; empty for the first.</param>
/// <param name="SignedMessage">The signed message without its content, DER: what the receipt answers.</param>
/// <param name="Mappings">Its mappings.</param>
/// <param name="Accepted">The event to chain.</param>
/// <param name="Receipt">Its receipt, which nobody sees before it is durable together with the message; empty when it is issued later.</param>
public sealed record VerifiedBatch(
    ChannelKey Channel,
    long Epoch,
    long Sequence,
    ReadOnlyMemory<byte> MessageId,
    ReadOnlyMemory<byte> MessageHash,
    ReadOnlyMemory<byte> PreviousMessageHash,
    ReadOnlyMemory<byte> SignedMessage,
    IReadOnlyList<ReceivedMapping> Mappings,
    EvidenceEvent Accepted,
    ReadOnlyMemory<byte> Receipt = default)
{
    /// <summary>Hashes of the leaves of its Merkle tree, 32 bytes each, in the order of the mappings: any of them can be proved later.</summary>
    public ReadOnlyMemory<byte> LeafHashes { get; init; }

    /// <summary>Events about what the message changes, chained after <see cref="Accepted"/>.</summary>
    public IReadOnlyList<EvidenceEvent> Changes { get; init; } = [];

    /// <summary>How many of its mappings count for which day, each day once.</summary>
    public IReadOnlyList<IssuedOnDay> Issued { get; init; } = [];
}

/// <summary>Mappings of a message that count for the volume of one day.</summary>
/// <param name="Day">Day they were issued on, since 1970-01-01 (UTC).</param>
/// <param name="Mappings">How many, at least 1.</param>
/// <param name="MappingsMax">How many may be issued on that day in this channel, all messages together.</param>
public sealed record IssuedOnDay(long Day, int Mappings, int MappingsMax);

/// <summary>A mapping that was received, with what proves that it was sent.</summary>
/// <param name="Mapping">Its newest version.</param>
/// <param name="BatchIndex">Its place in the message that brought it, from 0.</param>
/// <param name="SignedMessage">That message without its content, DER.</param>
/// <param name="LeafHashes">Hashes of the leaves of its Merkle tree, 32 bytes each.</param>
public sealed record MappingWithMessage(ReceivedMapping Mapping, int BatchIndex, ReadOnlyMemory<byte> SignedMessage, ReadOnlyMemory<byte> LeafHashes);

/// <summary>How keeping a message ended.</summary>
public enum AcceptOutcome
{
    /// <summary>New and durable.</summary>
    Accepted,

    /// <summary>The same message was kept before; its receipt, if it was issued, is returned.</summary>
    Repeat,

    /// <summary>The sequence or the previous hash does not continue the channel; nothing was kept.</summary>
    OutOfSequence,

    /// <summary>The sequence or the message id was used before for other content; nothing was kept.</summary>
    Equivocation,

    /// <summary>A newer session took the channel over; nothing was kept.</summary>
    Fenced,

    /// <summary>More mappings were issued on one day than agreed; nothing was kept and nothing counted.</summary>
    VolumeExceeded,
}

/// <summary>The answer of <see cref="IInboxStore.AcceptAsync"/>.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Receipt">The receipt that counts: the one kept with the message, for a repeat the one issued before; empty when there is none yet.</param>
/// <param name="KeptMessageHash">Hash of the message that was kept in this place before, for an equivocation; else empty.</param>
public sealed record AcceptResult(AcceptOutcome Outcome, ReadOnlyMemory<byte> Receipt, ReadOnlyMemory<byte> KeptMessageHash = default);

/// <summary>What the receiver knows of one channel.</summary>
/// <param name="Epoch">Epoch of the newest session.</param>
/// <param name="LastSequence">Sequence of the last message kept; 0 before the first.</param>
/// <param name="LastMessageHash">Its hash; empty before the first.</param>
public sealed record InboundChannel(long Epoch, long LastSequence, ReadOnlyMemory<byte> LastMessageHash);

/// <summary>Mappings and messages that came in. Every method that changes something returns after it is durable.</summary>
public interface IInboxStore
{
    /// <summary>Starts a new epoch of a channel: from here on frames of older sessions are fenced.</summary>
    Task<InboundChannel> OpenEpochAsync(ChannelKey channel, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps {mappings, dedup key, evidence, sequence, volume, receipt} in one transaction. Checks, in this order: epoch, repeat or equivocation,
    /// sequence and previous hash, volume of each day; a repeat is not counted again. Repeatable: sequence, message id and hash decide. A mapping whose id has a tombstone, or whose state or version
    /// would move backwards, changes nothing but does not fail the message; nor does
    /// one with a <see cref="ReceivedMapping.ChangeEvent"/> and nothing to change. The events of changes are chained last, each once a message.
    /// </summary>
    Task<AcceptResult> AcceptAsync(VerifiedBatch batch, CancellationToken cancellationToken);

    /// <summary>Keeps the receipt of an accepted message and returns the one that counts: the first stays (a repeat gets the original bytes).</summary>
    Task<ReadOnlyMemory<byte>> RecordIssuedReceiptAsync(ChannelKey channel, long sequence, ReadOnlyMemory<byte> receipt, CancellationToken cancellationToken);

    /// <summary>Newest versions of the mappings of a pseudonym, in force at a time: active, not restricted by expiry, not erased.</summary>
    Task<IReadOnlyList<ReceivedMapping>> FindByPseudonymAsync(ReadOnlyMemory<byte> pseudonymDigest, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>The newest version of a mapping that came under an agreement, with what proves it; null when it is unknown, erased or over.</summary>
    Task<MappingWithMessage?> FindWithMessageAsync(ReadOnlyMemory<byte> mappingId, string agreementId, DateTimeOffset at, CancellationToken cancellationToken);

    /// <summary>Destroys the data keys and contents of mappings whose time is over; a tombstone stays. Appends one event a channel.</summary>
    /// <returns>Number of mappings destroyed.</returns>
    Task<int> DestroyExpiredAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Number of mappings kept, tombstones not counted.</summary>
    Task<long> CountKeptAsync(CancellationToken cancellationToken);
}
