using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Ledgers;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;

namespace Gateway.Exchange.Tests.Simulation;

/// <summary>The real store behind a simulated disk.</summary>
internal sealed class SimulatedStore(IExchangeStore store, SimulatedDisk disk) : IExchangeStore
{
    public Task<(BindOutcome Outcome, StoredBinding? Existing)> BindAsync(StoredBinding binding, CancellationToken cancellationToken) =>
        disk.WriteAsync(() => store.BindAsync(binding, default), cancellationToken);

    public Task<StoredBinding?> FindByIdAsync(ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken) =>
        ReadAsync(() => store.FindByIdAsync(bindingId, default));

    public Task<StoredBinding?> FindByHandleAsync(ReadOnlyMemory<byte> handleDigest, CancellationToken cancellationToken) =>
        ReadAsync(() => store.FindByHandleAsync(handleDigest, default));

    public Task<CorrectionResult> CorrectAsync(BindingCorrection correction, CancellationToken cancellationToken) =>
        disk.WriteAsync(() => store.CorrectAsync(correction, default), cancellationToken);

    public Task<bool> EraseAsync(ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken) =>
        disk.WriteAsync(() => store.EraseAsync(bindingId, default), cancellationToken);

    public Task<(EnqueueOutcome Outcome, OutboxEntry? Existing)> EnqueueAsync(OutboxEntry entry, EvidenceEvent submitted, CancellationToken cancellationToken) =>
        disk.WriteAsync(() => store.EnqueueAsync(entry, submitted, default), cancellationToken);

    public Task<OutboxEntry?> FindEntryAsync(ReadOnlyMemory<byte> idempotencyKey, CancellationToken cancellationToken) =>
        ReadAsync(() => store.FindEntryAsync(idempotencyKey, default));

    public Task<IReadOnlyList<QueuedEntry>> ReadQueuedAsync(ChannelKey channel, int limit, CancellationToken cancellationToken) =>
        ReadAsync(() => store.ReadQueuedAsync(channel, limit, default));

    public Task RecordSealedAsync(SealedBatch batch, IReadOnlyList<QueuedEntry> entries, CancellationToken cancellationToken) =>
        ChangeAsync(() => store.RecordSealedAsync(batch, entries, default), cancellationToken);

    public Task<IReadOnlyList<SealedBatch>> ReadUnreceiptedAsync(ChannelKey channel, long aboveSequence, int limit, CancellationToken cancellationToken) =>
        ReadAsync(() => store.ReadUnreceiptedAsync(channel, aboveSequence, limit, default));

    public Task<SealedBatch?> FindMessageAsync(ChannelKey channel, long sequence, CancellationToken cancellationToken) =>
        ReadAsync(() => store.FindMessageAsync(channel, sequence, default));

    public Task RecordReceiptAsync(ChannelKey channel, long sequence, ReadOnlyMemory<byte> receipt, EvidenceEvent relayed, CancellationToken cancellationToken) =>
        ChangeAsync(() => store.RecordReceiptAsync(channel, sequence, receipt, relayed, default), cancellationToken);

    public Task RecordRefusalAsync(ChannelKey channel, long sequence, EvidenceEvent refused, CancellationToken cancellationToken) =>
        ChangeAsync(() => store.RecordRefusalAsync(channel, sequence, refused, default), cancellationToken);

    public Task<OutboundChannel> GetChannelAsync(ChannelKey channel, CancellationToken cancellationToken) => ReadAsync(() => store.GetChannelAsync(channel, default));

    public Task<DeliveryStatus?> FindDeliveryAsync(ReadOnlyMemory<byte> mappingId, CancellationToken cancellationToken) =>
        ReadAsync(() => store.FindDeliveryAsync(mappingId, default));

    public Task<IReadOnlyList<SharedMapping>> ReadSharedAsync(ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken) =>
        ReadAsync(() => store.ReadSharedAsync(bindingId, default));

    public Task<int> DestroyReceiptedEnvelopesAsync(DateTimeOffset sealedBefore, CancellationToken cancellationToken) =>
        disk.WriteAsync(() => store.DestroyReceiptedEnvelopesAsync(sealedBefore, default), cancellationToken);

    public Task<long> CountOpenAsync(string? recipient, CancellationToken cancellationToken) => ReadAsync(() => store.CountOpenAsync(recipient, default));

    public Task<InboundChannel> OpenEpochAsync(ChannelKey channel, CancellationToken cancellationToken) =>
        disk.WriteAsync(() => store.OpenEpochAsync(channel, default), cancellationToken);

    public Task<AcceptResult> AcceptAsync(VerifiedBatch batch, CancellationToken cancellationToken) =>
        disk.WriteAsync(() => store.AcceptAsync(batch, default), cancellationToken);

    public Task<ReadOnlyMemory<byte>> RecordIssuedReceiptAsync(ChannelKey channel, long sequence, ReadOnlyMemory<byte> receipt, CancellationToken cancellationToken) =>
        disk.WriteAsync(() => store.RecordIssuedReceiptAsync(channel, sequence, receipt, default), cancellationToken);

    public Task<IReadOnlyList<ReceivedMapping>> FindByPseudonymAsync(ReadOnlyMemory<byte> pseudonymDigest, DateTimeOffset at, CancellationToken cancellationToken) =>
        ReadAsync(() => store.FindByPseudonymAsync(pseudonymDigest, at, default));

    public Task<MappingWithMessage?> FindWithMessageAsync(
        ReadOnlyMemory<byte> mappingId, string agreementId, DateTimeOffset at, CancellationToken cancellationToken) =>
        ReadAsync(() => store.FindWithMessageAsync(mappingId, agreementId, at, default));

    public Task<int> DestroyExpiredAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        disk.WriteAsync(() => store.DestroyExpiredAsync(now, default), cancellationToken);

    public Task<long> CountKeptAsync(CancellationToken cancellationToken) => ReadAsync(() => store.CountKeptAsync(default));

    public Task<ChainedEvidence> AppendAsync(EvidenceEvent evidence, CancellationToken cancellationToken) =>
        disk.WriteAsync(() => store.AppendAsync(evidence, default), cancellationToken);

    public Task<IReadOnlyList<ChainedEvidence>> ReadRelayFailuresAsync(long fromPosition, int limit, CancellationToken cancellationToken) =>
        ReadAsync(() => store.ReadRelayFailuresAsync(fromPosition, limit, default));

    public Task<IReadOnlyList<ChainedEvidence>> ReadAsync(long fromPosition, int limit, CancellationToken cancellationToken) =>
        ReadAsync(() => store.ReadAsync(fromPosition, limit, default));

    public Task<IReadOnlyList<LedgerEntry>> ReadLedgerAsync(
        LedgerSide side, ChannelKey channel, long aboveSequence, int limit, CancellationToken cancellationToken) =>
        ReadAsync(() => store.ReadLedgerAsync(side, channel, aboveSequence, limit, default));

    public Task<IReadOnlyList<(ChannelKey Channel, OutboundChannel State)>> ReadChannelsToAsync(string recipient, CancellationToken cancellationToken) =>
        ReadAsync(() => store.ReadChannelsToAsync(recipient, default));

    public Task<InboundChannel?> FindInboundAsync(ChannelKey channel, CancellationToken cancellationToken) => ReadAsync(() => store.FindInboundAsync(channel, default));

    public Task KeepStatementAsync(KeptStatement statement, EvidenceEvent stated, CancellationToken cancellationToken) =>
        ChangeAsync(() => store.KeepStatementAsync(statement, stated, default), cancellationToken);

    public Task<IReadOnlyList<KeptStatement>> ReadStatementsAsync(
        ChannelKey channel, StatementKind kind, string issuer, int limit, CancellationToken cancellationToken) =>
        ReadAsync(() => store.ReadStatementsAsync(channel, kind, issuer, limit, default));

    public Task<IReadOnlyList<NumberedStatement>> ReadAllStatementsAsync(long aboveNumber, int limit, CancellationToken cancellationToken) =>
        ReadAsync(() => store.ReadAllStatementsAsync(aboveNumber, limit, default));

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private async Task<T> ReadAsync<T>(Func<Task<T>> run)
    {
        await Task.Yield();
        return disk.Read(run);
    }

    private Task<bool> ChangeAsync(Func<Task> run, CancellationToken cancellationToken) => disk.WriteAsync(
        async () =>
        {
            await run();
            return true;
        },
        cancellationToken);
}
