using Gateway.Exchange.Agreements;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Outbox;

namespace Gateway.Exchange.Mappings;

/// <summary>Queues, for every peer a binding was shared with, the version that says erased. Repeatable: the erasure of a mapping has one key.</summary>
internal sealed class MappingRecall(IExchangeStore store, AgreementBook agreements, MappingFactory factory, OutboxSignal signal, TimeProvider time)
{
    /// <returns>Number of mappings peers are told to erase, now or before; null when the outbox is full.</returns>
    public async Task<int?> RecallAllAsync(ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken)
    {
        var recalled = 0;
        foreach (var shared in await store.ReadSharedAsync(bindingId, cancellationToken))
        {
            // An agreement that has ended may be renewed, and then the erasure goes out. Of one that was taken away nothing is left to send
            // under: the receiver destroys the mapping when its time is over.
            if (agreements.FindNewest(shared.Channel.AgreementId) is null)
            {
                continue;
            }

            if (await RecallAsync(shared, bindingId, cancellationToken) == EnqueueOutcome.Full)
            {
                return null;
            }

            recalled++;
        }

        return recalled;
    }

    private async Task<EnqueueOutcome> RecallAsync(SharedMapping shared, ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var entry = factory.ToErasureEntry(factory.CreateErased(shared, now), bindingId, now);
        var requested = factory.Submitted(EventNames.ErasureRequested, "", shared.Channel.Recipient, shared.Channel.AgreementId, now);
        var (outcome, _) = await store.EnqueueAsync(entry, requested, cancellationToken);
        if (outcome == EnqueueOutcome.Changed)
        {
            // It was corrected meanwhile: a peer passes over an erasure that is no newer than what it has.
            var newest = (await store.ReadSharedAsync(bindingId, cancellationToken)).First(other => other.MappingId.Span.SequenceEqual(shared.MappingId.Span));
            return await RecallAsync(newest, bindingId, cancellationToken);
        }

        signal.Wake(shared.Channel.Recipient);
        return outcome;
    }
}
