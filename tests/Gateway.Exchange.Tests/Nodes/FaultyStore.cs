using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Ledgers;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;

namespace Gateway.Exchange.Tests.Nodes;

/// <summary>The real store, of which the next few calls of an operation fail as they do when the disk fails.</summary>
internal sealed class FaultyStore(IExchangeStore store) : IExchangeStore
{
    private int _failOpenEpoch;
    private int _failAccept;
    private int _failIssuedReceipt;
    private int _failReceipt;
    private int _failSealed;
    private int _failAppend;
    private int _failReadQueued;
    private int _accepts;

    public int FailOpenEpoch { set => _failOpenEpoch = value; }

    public int FailAccept { set => _failAccept = value; }

    public int FailIssuedReceipt { set => _failIssuedReceipt = value; }

    public int FailReceipt { set => _failReceipt = value; }

    public int FailSealed { set => _failSealed = value; }

    public int FailAppend { set => _failAppend = value; }

    public int FailReadQueued { set => _failReadQueued = value; }

    /// <summary>What keeping a receipt that was issued waits for.</summary>
    public Task IssuedReceiptWaitsFor { get; set; } = Task.CompletedTask;

    /// <summary>What reading the queue throws, once.</summary>
    public Exception? ReadQueuedThrows { get; set; }

    /// <summary>What reading messages without a receipt throws, once.</summary>
    public Exception? ReadUnreceiptedThrows { get; set; }

    /// <summary>Messages it was asked to accept and did not refuse at once.</summary>
    public int Accepts => Volatile.Read(ref _accepts);

    /// <summary>What accepting a message waits for.</summary>
    public Task AcceptWaitsFor { get; set; } = Task.CompletedTask;

    /// <summary>What happens before a mapping is queued.</summary>
    public Func<Task> BeforeEnqueue { get; set; } = () => Task.CompletedTask;

    public Task<(BindOutcome Outcome, StoredBinding? Existing)> BindAsync(StoredBinding binding, CancellationToken cancellationToken) =>
        store.BindAsync(binding, cancellationToken);

    public Task<StoredBinding?> FindByIdAsync(ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken) =>
        store.FindByIdAsync(bindingId, cancellationToken);

    public Task<StoredBinding?> FindByHandleAsync(ReadOnlyMemory<byte> handleDigest, CancellationToken cancellationToken) =>
        store.FindByHandleAsync(handleDigest, cancellationToken);

    public Task<CorrectionResult> CorrectAsync(BindingCorrection correction, CancellationToken cancellationToken) => store.CorrectAsync(correction, cancellationToken);

    public Task<bool> EraseAsync(ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken) => store.EraseAsync(bindingId, cancellationToken);

    public async Task<(EnqueueOutcome Outcome, OutboxEntry? Existing)> EnqueueAsync(OutboxEntry entry, EvidenceEvent submitted, CancellationToken cancellationToken)
    {
        await BeforeEnqueue();
        return await store.EnqueueAsync(entry, submitted, cancellationToken);
    }

    public Task<OutboxEntry?> FindEntryAsync(ReadOnlyMemory<byte> idempotencyKey, CancellationToken cancellationToken) =>
        store.FindEntryAsync(idempotencyKey, cancellationToken);

    public Task<IReadOnlyList<QueuedEntry>> ReadQueuedAsync(ChannelKey channel, int limit, CancellationToken cancellationToken)
    {
        if (ReadQueuedThrows is { } thrown)
        {
            ReadQueuedThrows = null;
            throw thrown;
        }

        FailIf(ref _failReadQueued);
        return store.ReadQueuedAsync(channel, limit, cancellationToken);
    }

    public async Task RecordSealedAsync(SealedBatch batch, IReadOnlyList<QueuedEntry> entries, CancellationToken cancellationToken)
    {
        FailIf(ref _failSealed);
        await store.RecordSealedAsync(batch, entries, cancellationToken);
    }

    public Task<IReadOnlyList<SealedBatch>> ReadUnreceiptedAsync(ChannelKey channel, long aboveSequence, int limit, CancellationToken cancellationToken)
    {
        if (ReadUnreceiptedThrows is { } thrown)
        {
            ReadUnreceiptedThrows = null;
            throw thrown;
        }

        return store.ReadUnreceiptedAsync(channel, aboveSequence, limit, cancellationToken);
    }

    public Task<SealedBatch?> FindMessageAsync(ChannelKey channel, long sequence, CancellationToken cancellationToken) =>
        store.FindMessageAsync(channel, sequence, cancellationToken);

    public Task RecordReceiptAsync(ChannelKey channel, long sequence, ReadOnlyMemory<byte> receipt, EvidenceEvent relayed, CancellationToken cancellationToken)
    {
        FailIf(ref _failReceipt);
        return store.RecordReceiptAsync(channel, sequence, receipt, relayed, cancellationToken);
    }

    public Task RecordRefusalAsync(ChannelKey channel, long sequence, EvidenceEvent refused, CancellationToken cancellationToken) =>
        store.RecordRefusalAsync(channel, sequence, refused, cancellationToken);

    public Task<OutboundChannel> GetChannelAsync(ChannelKey channel, CancellationToken cancellationToken) => store.GetChannelAsync(channel, cancellationToken);

    public Task<DeliveryStatus?> FindDeliveryAsync(ReadOnlyMemory<byte> mappingId, CancellationToken cancellationToken) =>
        store.FindDeliveryAsync(mappingId, cancellationToken);

    public Task<IReadOnlyList<SharedMapping>> ReadSharedAsync(ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken) =>
        store.ReadSharedAsync(bindingId, cancellationToken);

    public Task<int> DestroyReceiptedEnvelopesAsync(DateTimeOffset sealedBefore, CancellationToken cancellationToken) =>
        store.DestroyReceiptedEnvelopesAsync(sealedBefore, cancellationToken);

    public Task<long> CountOpenAsync(string? recipient, CancellationToken cancellationToken) => store.CountOpenAsync(recipient, cancellationToken);

    public Task<InboundChannel> OpenEpochAsync(ChannelKey channel, CancellationToken cancellationToken)
    {
        FailIf(ref _failOpenEpoch);
        return store.OpenEpochAsync(channel, cancellationToken);
    }

    public async Task<AcceptResult> AcceptAsync(VerifiedBatch batch, CancellationToken cancellationToken)
    {
        FailIf(ref _failAccept);
        Interlocked.Increment(ref _accepts);
        await AcceptWaitsFor;

        // As a crash between two transactions leaves it: the message, and no receipt yet.
        var issuedLater = Volatile.Read(ref _failIssuedReceipt) > 0 || !IssuedReceiptWaitsFor.IsCompleted;
        return await store.AcceptAsync(issuedLater ? batch with { Receipt = default } : batch, cancellationToken);
    }

    public async Task<ReadOnlyMemory<byte>> RecordIssuedReceiptAsync(ChannelKey channel, long sequence, ReadOnlyMemory<byte> receipt, CancellationToken cancellationToken)
    {
        FailIf(ref _failIssuedReceipt);
        await IssuedReceiptWaitsFor;
        return await store.RecordIssuedReceiptAsync(channel, sequence, receipt, cancellationToken);
    }

    public Task<IReadOnlyList<ReceivedMapping>> FindByPseudonymAsync(ReadOnlyMemory<byte> pseudonymDigest, DateTimeOffset at, CancellationToken cancellationToken) =>
        store.FindByPseudonymAsync(pseudonymDigest, at, cancellationToken);

    public Task<MappingWithMessage?> FindWithMessageAsync(
        ReadOnlyMemory<byte> mappingId, string agreementId, DateTimeOffset at, CancellationToken cancellationToken) =>
        store.FindWithMessageAsync(mappingId, agreementId, at, cancellationToken);

    public Task<int> DestroyExpiredAsync(DateTimeOffset now, CancellationToken cancellationToken) => store.DestroyExpiredAsync(now, cancellationToken);

    public Task<long> CountKeptAsync(CancellationToken cancellationToken) => store.CountKeptAsync(cancellationToken);

    public Task<ChainedEvidence> AppendAsync(EvidenceEvent evidence, CancellationToken cancellationToken)
    {
        FailIf(ref _failAppend);
        return store.AppendAsync(evidence, cancellationToken);
    }

    public Task<IReadOnlyList<ChainedEvidence>> ReadRelayFailuresAsync(long fromPosition, int limit, CancellationToken cancellationToken) =>
        store.ReadRelayFailuresAsync(fromPosition, limit, cancellationToken);

    public Task<IReadOnlyList<ChainedEvidence>> ReadAsync(long fromPosition, int limit, CancellationToken cancellationToken) =>
        store.ReadAsync(fromPosition, limit, cancellationToken);

    public Task<IReadOnlyList<LedgerEntry>> ReadLedgerAsync(
        LedgerSide side, ChannelKey channel, long aboveSequence, int limit, CancellationToken cancellationToken) =>
        store.ReadLedgerAsync(side, channel, aboveSequence, limit, cancellationToken);

    public Task<IReadOnlyList<(ChannelKey Channel, OutboundChannel State)>> ReadChannelsToAsync(string recipient, CancellationToken cancellationToken) =>
        store.ReadChannelsToAsync(recipient, cancellationToken);

    public Task<InboundChannel?> FindInboundAsync(ChannelKey channel, CancellationToken cancellationToken) => store.FindInboundAsync(channel, cancellationToken);

    public Task KeepStatementAsync(KeptStatement statement, EvidenceEvent stated, CancellationToken cancellationToken) =>
        store.KeepStatementAsync(statement, stated, cancellationToken);

    public Task<IReadOnlyList<KeptStatement>> ReadStatementsAsync(
        ChannelKey channel, StatementKind kind, string issuer, int limit, CancellationToken cancellationToken) =>
        store.ReadStatementsAsync(channel, kind, issuer, limit, cancellationToken);

    public Task<IReadOnlyList<NumberedStatement>> ReadAllStatementsAsync(long aboveNumber, int limit, CancellationToken cancellationToken) =>
        store.ReadAllStatementsAsync(aboveNumber, limit, cancellationToken);

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private static void FailIf(ref int left)
    {
        if (Interlocked.Decrement(ref left) >= 0)
        {
            throw new StoreUnavailableException(StoreUnavailableReason.Full, "the disk of this test is full", null);
        }
    }
}
