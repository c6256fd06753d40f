using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Outbox;

namespace Gateway.Exchange.Mappings;

/// <summary>
/// Erases a binding and tells every peer it was shared with (X-57, one hop). Repeatable: an erasure has a key of its own in the outbox, and a
/// second erase of a binding finds a tombstone.
/// </summary>
public sealed class MappingErasure(IExchangeStore store, AgreementBook agreements, MappingFactory factory, OutboxSignal signal, TimeProvider time)
{
    private readonly MappingRecall _recall = new(store, agreements, factory, signal, time);

    /// <summary>Erases.</summary>
    /// <returns>Number of mappings peers are told to erase.</returns>
    public async Task<MappingAnswer<EraseIdentityResponse>> EraseAsync(ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken)
    {
        if (bindingId.Length != MappingFields.IdBytes)
        {
            return new(MappingOutcome.FieldInvalid, null);
        }

        // 1 the peers first: after a crash in between, or with the outbox full, the call is repeated and goes on
        if (await _recall.RecallAllAsync(bindingId, cancellationToken) is null)
        {
            return new(MappingOutcome.OutboxFull, null);
        }

        // 2 the binding
        if (!await store.EraseAsync(bindingId, cancellationToken))
        {
            return new(MappingOutcome.MappingNotFound, null);
        }

        // 3 the peers again: what was shared while the binding was on its way out must not stay there either
        return await _recall.RecallAllAsync(bindingId, cancellationToken) is { } recalled
            ? new(MappingOutcome.Done, new EraseIdentityResponse { MappingsRecalled = (uint)recalled })
            : new(MappingOutcome.OutboxFull, null);
    }
}
