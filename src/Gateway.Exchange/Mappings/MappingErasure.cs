using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Outbox;

namespace Gateway.Exchange.Mappings;

/// <summary>
/// Erases a binding and tells every peer it was shared with (X-57, one hop). Repeatable: erasures have keys of their own, and a second erase of
/// a binding finds a tombstone.
/// </summary>
public sealed class MappingErasure(
    IExchangeStore store, AgreementBook agreements, MappingFactory factory, RecordProtection protection, OutboxSignal signal, TimeProvider time)
{
    /// <summary>Erases.</summary>
    /// <returns>Number of mappings peers will be told to erase.</returns>
    public async Task<MappingAnswer<EraseIdentityResponse>> EraseAsync(ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken)
    {
        var recalled = 0;

        // The peers first: after a crash in between, the binding is still there and the call can be repeated.
        if (await store.FindByIdAsync(bindingId, cancellationToken) is { } binding)
        {
            var bound = BindIdentityRequest.Parser.ParseFrom(protection.Open(RecordKind.Binding, bindingId.Span, 1, binding.Content));
            foreach (var shared in await store.ReadSharedAsync(bindingId, cancellationToken))
            {
                recalled += await RecallAsync(shared, bound, bindingId, cancellationToken) ? 1 : 0;
            }
        }

        return await store.EraseAsync(bindingId, cancellationToken)
            ? new(MappingOutcome.Done, new EraseIdentityResponse { MappingsRecalled = (uint)recalled })
            : new(MappingOutcome.MappingNotFound, null);
    }

    private async Task<bool> RecallAsync(SharedMapping shared, BindIdentityRequest bound, ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken)
    {
        // Without an agreement in force nothing may be sent; the receiver destroys the mapping when its time is over.
        var now = time.GetUtcNow();
        if (agreements.Find(shared.Channel.AgreementId, shared.Channel.Recipient, now) is not { } signed)
        {
            return false;
        }

        var erased = factory.CreateErased(shared, bound, signed.Agreement, now);
        var entry = factory.ToErasureEntry(erased, bindingId, now);
        var submitted = factory.Submitted(EventNames.SubmissionAcceptance, "", shared.Channel.Recipient, shared.Channel.AgreementId, now);
        var (outcome, _) = await store.EnqueueAsync(entry, submitted, cancellationToken);
        signal.Wake(shared.Channel.Recipient);
        return outcome == EnqueueOutcome.Queued;
    }
}
