using Gateway.Exchange;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Outbox;

namespace Gateway.Storage.Tests.Suite;

/// <summary>
/// What every store of the exchange must do, whatever it is built on. An implementation derives from it once and runs all of it.
/// </summary>
public abstract partial class ExchangeStoreSuite : IAsyncLifetime
{
    protected const long Plenty = 1_000_000;

    private IExchangeStore? store;

    protected IExchangeStore Store => store!;

    protected static CancellationToken None => CancellationToken.None;

    /// <summary>Opens the store of this test: empty the first time, with what was kept every later time.</summary>
    protected abstract Task<IExchangeStore> OpenStoreAsync(long outboxEntriesMax);

    public async ValueTask InitializeAsync() => store = await OpenStoreAsync(Plenty);

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Store.DisposeAsync();
    }

    protected async Task ReopenAsync(long outboxEntriesMax = Plenty)
    {
        await Store.DisposeAsync();
        store = await OpenStoreAsync(outboxEntriesMax);
    }

    protected async Task<EnqueueOutcome> EnqueueAsync(OutboxEntry entry) => (await Store.EnqueueAsync(entry, Some.Event(), None)).Outcome;

    /// <summary>Queues entries of these names and seals them into the next message of the channel.</summary>
    protected async Task<SealedBatch> SealAsync(long sequence, params string[] names)
    {
        foreach (var name in names)
        {
            Assert.Equal(EnqueueOutcome.Queued, await EnqueueAsync(Some.Entry(name)));
        }

        var batch = Some.Batch(sequence, names.Length);
        await Store.RecordSealedAsync(batch, await Store.ReadQueuedAsync(Some.Outbound, names.Length, None), None);
        return batch;
    }

    protected Task ReceiptAsync(long sequence, string receipt = "receipt") =>
        Store.RecordReceiptAsync(Some.Outbound, sequence, Some.Receipt(sequence, receipt), Some.Event("RelayAcceptance"), None);

    protected Task RefuseAsync(long sequence) =>
        Store.RecordRefusalAsync(Some.Outbound, sequence, Some.Event("RelayRejection", "NOT_AGREED"), None);

    protected async Task<long> OpenEpochAsync(ChannelKey? channel = null) => (await Store.OpenEpochAsync(channel ?? Some.Inbound, None)).Epoch;

    protected async Task<IReadOnlyList<ChainedEvidence>> EvidenceAsync() => await Store.ReadAsync(1, 10_000, None);

    protected async Task<string[]> EventNamesAsync() => [.. (await EvidenceAsync()).Select(chained => chained.Event.Name)];
}
