using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Signatures;
using Google.Protobuf;

namespace Gateway.Exchange.Outbox;

/// <summary>
/// Turns what waits for a channel into its next sealed message: one signature and one envelope for up to 256 mappings of one purpose, with a
/// Merkle path for each. One builder works on a channel at a time; the store refuses a second.
/// </summary>
public sealed class BatchBuilder(IExchangeStore store, RecordProtection protection, SigningKey signing, TimeProvider time)
{
    /// <summary>Mappings in one message.</summary>
    public const int MappingsTarget = 256;

    /// <summary>Bytes of mappings in one message.</summary>
    public const int ContentBytesTarget = 512 * 1024;

    // How far to look for more of the same purpose where purposes alternate.
    private const int EntriesReadMax = 1024;

    /// <summary>Seals and keeps the next messages of a channel. They share one commit, which costs as much for one as for four.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="signed">Its agreement.</param>
    /// <param name="peer">Its recipient.</param>
    /// <param name="messagesMax">How many messages at most, 1 or more.</param>
    /// <param name="tellsChanges">Whether the recipient understands why a version replaces the one before it; else it gets the version alone.</param>
    /// <param name="cancellationToken">Ends the wait; what was kept stays kept.</param>
    /// <returns>The messages in their order; none when nothing waits.</returns>
    /// <exception cref="InvalidOperationException">Another builder works on this channel.</exception>
    /// <exception cref="InvalidDataException">What waits was changed at rest.</exception>
    public async Task<IReadOnlyList<SealedBatch>> BuildNextAsync(
        ChannelKey channel, SignedAgreement signed, Peer peer, int messagesMax, bool tellsChanges, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(signed);
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(messagesMax);

        // 1 what waits
        var waiting = await ReadOnePurposeAsync(channel, Math.Min(messagesMax * MappingsTarget, EntriesReadMax), cancellationToken);
        if (waiting.Count == 0)
        {
            return [];
        }

        // 2 message after message, each on the hash of the one before it
        var state = await store.GetChannelAsync(channel, cancellationToken);
        var batches = new List<SealedBatch>();
        var keeping = new List<Task>();
        try
        {
            while (waiting.Count > 0 && batches.Count < messagesMax)
            {
                var (batch, entries) = await SealAsync(channel, state, waiting, signed, peer, tellsChanges, cancellationToken);
                waiting.RemoveRange(0, entries.Count);
                state = state with { LastSequence = batch.Sequence, LastMessageHash = batch.MessageHash };
                batches.Add(batch);

                // 3 kept before it is sent: a resend must be the same bytes. Not awaited one by one: the store takes them in this order, and
                //   when it fails on one it refuses those behind it, because they do not follow.
                keeping.Add(store.RecordSealedAsync(batch, entries, cancellationToken));
            }
        }
        finally
        {
            await Task.WhenAll(keeping);
        }

        return batches;
    }

    private async Task<(SealedBatch Batch, List<QueuedEntry> Entries)> SealAsync(
        ChannelKey channel, OutboundChannel state, List<QueuedEntry> waiting, SignedAgreement signed, Peer peer, bool tellsChanges, CancellationToken cancellationToken)
    {
        // 1 what fits into one message, and of that what may still leave
        var now = time.GetUtcNow();
        var mappings = Open(waiting);
        var entries = waiting.GetRange(0, mappings.Count);
        await WithdrawAsync(mappings, entries, signed.Agreement, tellsChanges, now, cancellationToken);

        // 2 its place in the channel
        var (root, paths) = MerkleTree.RootAndPaths(mappings);
        var context = new ExchangeContext(
            signing.Owner,
            peer.Uri,
            channel.AgreementId,
            signed.Agreement.Revision,
            entries[0].Entry.Purpose,
            Guid.CreateVersion7(now).ToByteArray(bigEndian: true),
            state.LastSequence + 1,
            state.LastMessageHash,

            // As long as the agreement: a message that ran out earlier would block all that follow it in the channel.
            WholeSeconds(signed.Agreement.ValidUntil),
            mappings.Count,
            root);

        // 3 sealed
        var content = new MappingBatch { Mappings = { mappings.Select(UnsafeByteOperations.UnsafeWrap) } }.ToByteArray();
        var message = MessageSealer.Seal(content, context, signing, peer.Encryption, now);
        return (new SealedBatch(channel, context.Sequence, context.MessageId, message.MessageHash, message.Envelope, message.Detached, paths, now), entries);
    }

    private static DateTimeOffset WholeSeconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds());

    private async Task<List<QueuedEntry>> ReadOnePurposeAsync(ChannelKey channel, int wanted, CancellationToken cancellationToken)
    {
        var queued = await store.ReadQueuedAsync(channel, wanted, cancellationToken);
        if (queued.Count == wanted && queued.Any(entry => entry.Entry.Purpose != queued[0].Entry.Purpose))
        {
            queued = await store.ReadQueuedAsync(channel, EntriesReadMax, cancellationToken);
        }

        return [.. queued.Where(entry => entry.Entry.Purpose == queued[0].Entry.Purpose)];
    }

    private List<ReadOnlyMemory<byte>> Open(List<QueuedEntry> entries)
    {
        var mappings = new List<ReadOnlyMemory<byte>>(entries.Count);
        var bytes = 0;
        foreach (var (_, entry) in entries.Take(MappingsTarget))
        {
            var mapping = protection.Open(RecordKind.Outgoing, entry.MappingId.Span, entry.Version, entry.Content);
            bytes += mapping.Length;
            if (bytes > ContentBytesTarget && mappings.Count > 0)
            {
                break;
            }

            mappings.Add(mapping);
        }

        return mappings;
    }

    // A mapping may have waited for days: its binding may be erased by now, its consent over, its purpose no longer agreed. Its place in the
    // order stays, and what leaves in it says no more than erased.
    private async Task WithdrawAsync(
        List<ReadOnlyMemory<byte>> mappings, List<QueuedEntry> entries, Agreement agreement, bool tellsChanges, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var erased = await FindErasedAsync(entries, cancellationToken);

        // Backwards: what is replaced in this very message takes the form of what replaces it, which has to be final then.
        var replacements = entries.TrueForAll(entry => entry.Entry.Version == 1) ? null : new Dictionary<ReadOnlyMemory<byte>, IdentificationMapping>(BytesComparer.Instance);
        for (var i = mappings.Count - 1; i >= 0; i--)
        {
            var mapping = IdentificationMapping.Parser.ParseFrom(mappings[i].Span);
            if (replacements?.TryGetValue(entries[i].Entry.MappingId, out var replacement) == true)
            {
                mappings[i] = WithoutPerson(mapping, replacement).ToByteArray();
                continue;
            }

            var clause = AgreementClauses.Check(mapping, agreement, signing.Owner.Provider, now);
            if (mapping.State != MappingState.Erased && (clause != ClauseOutcome.Holds || erased.Contains(entries[i].Entry.BindingId)))
            {
                mapping = Bare(mapping);
                mappings[i] = mapping.ToByteArray();
                await PutOnRecordAsync(mapping, clause, now, cancellationToken);
            }
            else if (mapping.Change != MappingChange.Unspecified && !tellsChanges)
            {
                mapping.Change = MappingChange.Unspecified;
                mappings[i] = mapping.ToByteArray();
            }

            replacements?.Add(entries[i].Entry.MappingId, mapping);
        }
    }

    private async Task PutOnRecordAsync(IdentificationMapping mapping, ClauseOutcome clause, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (clause != ClauseOutcome.Holds)
        {
            var withdrawn = new EvidenceEvent(
                EventNames.SubmissionRejection, clause.ToString(), now, signing.Owner.Provider, mapping.Recipient, mapping.AgreementId, 0, default);
            await store.AppendAsync(withdrawn, cancellationToken);
        }
    }

    private async Task<HashSet<ReadOnlyMemory<byte>>> FindErasedAsync(List<QueuedEntry> entries, CancellationToken cancellationToken)
    {
        var erased = new HashSet<ReadOnlyMemory<byte>>(BytesComparer.Instance);
        foreach (var binding in entries.Select(entry => entry.Entry.BindingId).Distinct(BytesComparer.Instance))
        {
            if (await store.FindByIdAsync(binding, cancellationToken) is null)
            {
                erased.Add(binding);
            }
        }

        return erased;
    }

    // What a later version in the same message replaces was wrong, or is erased: it keeps its place, and its day in the volume, and does not say who
    // it was. In all else it is as the later one, so that the message holds when that one does.
    private static IdentificationMapping WithoutPerson(IdentificationMapping mapping, IdentificationMapping replacement)
    {
        var place = replacement.Clone();
        (place.Version, place.IssuedAtS, place.NotBeforeS) = (mapping.Version, mapping.IssuedAtS, mapping.NotBeforeS);
        (place.IdentityReference, place.SubjectHandle, place.BindingConfidence) = (null, ByteString.Empty, 0);
        place.Change = MappingChange.Unspecified;
        place.Salt = MappingSalt.New();
        return place;
    }

    private static IdentificationMapping Bare(IdentificationMapping mapping) => new()
    {
        MappingId = mapping.MappingId,
        Version = mapping.Version,
        State = MappingState.Erased,
        Pseudonym = mapping.Pseudonym,
        Purpose = mapping.Purpose,
        AgreementId = mapping.AgreementId,
        Issuer = mapping.Issuer,
        Recipient = mapping.Recipient,
        IssuedAtS = mapping.IssuedAtS,
        NotBeforeS = mapping.NotBeforeS,
        NotAfterS = mapping.NotAfterS,
        Salt = MappingSalt.New(),
    };

    private sealed class BytesComparer : IEqualityComparer<ReadOnlyMemory<byte>>
    {
        public static BytesComparer Instance { get; } = new();

        public bool Equals(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) => one.Span.SequenceEqual(other.Span);

        public int GetHashCode(ReadOnlyMemory<byte> bytes)
        {
            var hash = default(HashCode);
            hash.AddBytes(bytes.Span);
            return hash.ToHashCode();
        }
    }
}
