using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;
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

    // A message that waited longer than this is refused by its receiver; the mappings in it have their own, longer times.
    private static readonly TimeSpan MessageLife = TimeSpan.FromDays(30);

    /// <summary>Seals and keeps the next message of a channel.</summary>
    /// <returns>The message, or null when nothing waits.</returns>
    /// <exception cref="InvalidOperationException">Another builder works on this channel.</exception>
    public async Task<SealedBatch?> BuildNextAsync(ChannelKey channel, SignedAgreement signed, Peer peer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(signed);
        ArgumentNullException.ThrowIfNull(peer);

        // 1 what waits, as far as it fits into one message
        var queued = await store.ReadQueuedAsync(channel, MappingsTarget, cancellationToken);
        var entries = OnePurpose(queued);
        if (entries.Count == 0)
        {
            return null;
        }

        var mappings = Open(entries);
        entries = [.. entries.Take(mappings.Count)];

        // 2 its place in the channel
        var state = await store.GetChannelAsync(channel, cancellationToken);
        var now = time.GetUtcNow();
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
            now + MessageLife,
            mappings.Count,
            root);

        // 3 sealed, and kept before it is sent: a resend must be the same bytes
        var content = new MappingBatch { Mappings = { mappings.Select(UnsafeByteOperations.UnsafeWrap) } }.ToByteArray();
        var message = MessageSealer.Seal(content, context, signing, peer.Encryption, now);
        var batch = new SealedBatch(channel, context.Sequence, context.MessageId, message.MessageHash, message.Envelope, message.Detached, paths, now);
        await store.RecordSealedAsync(batch, entries, cancellationToken);
        return batch;
    }

    private static List<QueuedEntry> OnePurpose(IReadOnlyList<QueuedEntry> queued) =>
        [.. queued.TakeWhile(entry => entry.Entry.Purpose == queued[0].Entry.Purpose)];

    private List<ReadOnlyMemory<byte>> Open(List<QueuedEntry> entries)
    {
        var mappings = new List<ReadOnlyMemory<byte>>(entries.Count);
        var bytes = 0;
        foreach (var (_, entry) in entries)
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
}
