using System.Diagnostics.Metrics;
using Gateway.Exchange;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Ledgers;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;
using Gateway.Storage.Sqlite.Bindings;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Sqlite.Evidence;
using Gateway.Storage.Sqlite.Files;
using Gateway.Storage.Sqlite.Inbox;
using Gateway.Storage.Sqlite.Ledgers;
using Gateway.Storage.Sqlite.Outbox;
using Gateway.Storage.Sqlite.Writing;
using Microsoft.Extensions.Logging;

namespace Gateway.Storage.Sqlite;

/// <summary>
/// The exchange's store in one SQLite file: write-ahead log, <c>synchronous=FULL</c>, one writer with group commit, readers on snapshots.
/// A method that changes something returns after the commit that carries it was fsynced; when that fails nothing was kept and
/// <see cref="StoreUnavailableException"/> says why. Times are kept to the millisecond and come back as UTC.
/// </summary>
public sealed class SqliteExchangeStore : IExchangeStore
{
    private readonly SqliteStoreOptions options;
    private readonly StoreLock held;
    private readonly GroupCommitWriter writer;
    private readonly ReaderPool readers;

    internal SqliteExchangeStore(SqliteStoreOptions options, StoreLock held, GroupCommitWriter writer)
    {
        this.options = options;
        this.held = held;
        this.writer = writer;
        readers = new ReaderPool(options.Path, options.ReadersMax);
    }

    /// <summary>Opens the store, creates it where it is missing, and brings its schema to the version of this program.</summary>
    /// <param name="options">Where it lives and how much it takes.</param>
    /// <param name="logger">Takes events 4000 to 4999.</param>
    /// <param name="meterFactory">Owner of the meter <c>Gateway.Storage</c>; with null the store has a meter of its own.</param>
    /// <exception cref="ArgumentException">The options do not hold; the message has every finding.</exception>
    public static StoreOpenResult Open(SqliteStoreOptions options, ILogger logger, IMeterFactory? meterFactory = null) =>
        StoreOpening.Open(options, logger, meterFactory);

    /// <inheritdoc/>
    public Task<(BindOutcome Outcome, StoredBinding? Existing)> BindAsync(StoredBinding binding, CancellationToken cancellationToken) =>
        writer.RunAsync(session => BindingTable.Bind(session, binding), cancellationToken);

    /// <inheritdoc/>
    public Task<StoredBinding?> FindByIdAsync(ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken) =>
        readers.ReadOneAsync(connection => BindingTable.FindById(connection, bindingId), cancellationToken);

    /// <inheritdoc/>
    public Task<StoredBinding?> FindByHandleAsync(ReadOnlyMemory<byte> handleDigest, CancellationToken cancellationToken) =>
        readers.ReadOneAsync(connection => BindingTable.FindByHandle(connection, handleDigest), cancellationToken);

    /// <inheritdoc/>
    public async Task<CorrectionResult> CorrectAsync(BindingCorrection correction, CancellationToken cancellationToken)
    {
        try
        {
            return await writer.RunAsync(session => BindingCorrections.Correct(session, correction, options.OutboxEntriesMax), cancellationToken);
        }
        catch (CorrectionRefusedException refused)
        {
            return new CorrectionResult(refused.Outcome, 0, 0);
        }
    }

    /// <inheritdoc/>
    public Task<bool> EraseAsync(ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken) =>
        writer.RunAsync(session => BindingTable.Erase(session, bindingId), cancellationToken);

    /// <inheritdoc/>
    public Task<(EnqueueOutcome Outcome, OutboxEntry? Existing)> EnqueueAsync(
        OutboxEntry entry, EvidenceEvent submitted, CancellationToken cancellationToken) =>
        writer.RunAsync(session => OutboxEntries.Enqueue(session, entry, submitted, options.OutboxEntriesMax), cancellationToken);

    /// <inheritdoc/>
    public Task<OutboxEntry?> FindEntryAsync(ReadOnlyMemory<byte> idempotencyKey, CancellationToken cancellationToken) =>
        readers.ReadOneAsync(connection => OutboxEntries.FindByKey(connection, idempotencyKey), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<QueuedEntry>> ReadQueuedAsync(ChannelKey channel, int limit, CancellationToken cancellationToken) =>
        readers.ReadAsync(connection => OutboxEntries.ReadQueued(connection, channel, limit), cancellationToken);

    /// <inheritdoc/>
    public Task RecordSealedAsync(SealedBatch batch, IReadOnlyList<QueuedEntry> entries, CancellationToken cancellationToken) =>
        ChangeAsync(session => SealedMessages.Record(session, batch, entries), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SealedBatch>> ReadUnreceiptedAsync(
        ChannelKey channel, long aboveSequence, int limit, CancellationToken cancellationToken) =>
        readers.ReadAsync(connection => SealedMessages.ReadUnreceipted(connection, channel, aboveSequence, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<SealedBatch?> FindMessageAsync(ChannelKey channel, long sequence, CancellationToken cancellationToken) =>
        readers.ReadAsync(connection => SealedMessages.Find(connection, channel, sequence), cancellationToken);

    /// <inheritdoc/>
    public Task RecordReceiptAsync(
        ChannelKey channel, long sequence, ReadOnlyMemory<byte> receipt, EvidenceEvent relayed, CancellationToken cancellationToken) =>
        ChangeAsync(session => SealedMessages.RecordReceipt(session, channel, sequence, receipt, relayed), cancellationToken);

    /// <inheritdoc/>
    public Task RecordRefusalAsync(ChannelKey channel, long sequence, EvidenceEvent refused, CancellationToken cancellationToken) =>
        ChangeAsync(session => SealedMessages.RecordRefusal(session, channel, sequence, refused), cancellationToken);

    /// <inheritdoc/>
    public Task<OutboundChannel> GetChannelAsync(ChannelKey channel, CancellationToken cancellationToken) =>
        readers.ReadOneAsync(connection => OutboundChannels.Get(connection, channel), cancellationToken);

    /// <inheritdoc/>
    public Task<DeliveryStatus?> FindDeliveryAsync(ReadOnlyMemory<byte> mappingId, CancellationToken cancellationToken) =>
        readers.ReadOneAsync(connection => Deliveries.Find(connection, mappingId), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SharedMapping>> ReadSharedAsync(ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken) =>
        readers.ReadAsync(connection => Deliveries.ReadShared(connection, bindingId), cancellationToken);

    /// <inheritdoc/>
    public Task<int> DestroyReceiptedEnvelopesAsync(DateTimeOffset sealedBefore, CancellationToken cancellationToken) =>
        DestroyAllAsync(session => SealedMessages.DestroyReceiptedEnvelopes(session, sealedBefore), cancellationToken);

    /// <inheritdoc/>
    public Task<long> CountOpenAsync(string? recipient, CancellationToken cancellationToken) =>
        readers.ReadOneAsync(connection => OutboundChannels.CountOpen(connection, recipient), cancellationToken);

    /// <inheritdoc/>
    public Task<InboundChannel> OpenEpochAsync(ChannelKey channel, CancellationToken cancellationToken) =>
        writer.RunAsync(session => InboundChannels.OpenEpoch(session, channel), cancellationToken);

    /// <inheritdoc/>
    public Task<AcceptResult> AcceptAsync(VerifiedBatch batch, CancellationToken cancellationToken) =>
        writer.RunAsync(session => ReceivedMessages.Accept(session, batch), cancellationToken);

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>> RecordIssuedReceiptAsync(
        ChannelKey channel, long sequence, ReadOnlyMemory<byte> receipt, CancellationToken cancellationToken) =>
        writer.RunAsync(session => ReceivedMessages.RecordReceipt(session, channel, sequence, receipt), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ReceivedMapping>> FindByPseudonymAsync(
        ReadOnlyMemory<byte> pseudonymDigest, DateTimeOffset at, CancellationToken cancellationToken) =>
        readers.ReadOneAsync(connection => ReceivedMappings.FindByPseudonym(connection, pseudonymDigest, at), cancellationToken);

    /// <inheritdoc/>
    public Task<MappingWithMessage?> FindWithMessageAsync(
        ReadOnlyMemory<byte> mappingId, string agreementId, DateTimeOffset at, CancellationToken cancellationToken) =>
        readers.ReadAsync(connection => ReceivedMappings.FindWithMessage(connection, mappingId, agreementId, at), cancellationToken);

    /// <inheritdoc/>
    public Task<int> DestroyExpiredAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        DestroyAllAsync(session => RetentionEnd.Destroy(session, now), cancellationToken);

    /// <inheritdoc/>
    public Task<long> CountKeptAsync(CancellationToken cancellationToken) =>
        readers.ReadOneAsync(InboundChannels.SumKeptMappings, cancellationToken);

    /// <inheritdoc/>
    public Task<ChainedEvidence> AppendAsync(EvidenceEvent evidence, CancellationToken cancellationToken) =>
        writer.RunAsync(session => EvidenceTable.Append(session, evidence), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ChainedEvidence>> ReadRelayFailuresAsync(long fromPosition, int limit, CancellationToken cancellationToken) =>
        readers.ReadAsync(connection => EvidenceTable.ReadRelayFailures(connection, fromPosition, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ChainedEvidence>> ReadAsync(long fromPosition, int limit, CancellationToken cancellationToken) =>
        readers.ReadAsync(connection => EvidenceTable.Read(connection, fromPosition, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerEntry>> ReadLedgerAsync(
        LedgerSide side, ChannelKey channel, long aboveSequence, int limit, CancellationToken cancellationToken) =>
        readers.ReadOneAsync(connection => LedgerTable.Read(connection, side, channel, aboveSequence, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<(ChannelKey Channel, OutboundChannel State)>> ReadChannelsToAsync(string recipient, CancellationToken cancellationToken) =>
        readers.ReadOneAsync(connection => OutboundChannels.ReadTo(connection, recipient), cancellationToken);

    /// <inheritdoc/>
    public Task<InboundChannel?> FindInboundAsync(ChannelKey channel, CancellationToken cancellationToken) =>
        readers.ReadOneAsync(connection => InboundChannels.Find(connection, channel)?.State, cancellationToken);

    /// <inheritdoc/>
    public Task KeepStatementAsync(KeptStatement statement, EvidenceEvent stated, CancellationToken cancellationToken) =>
        ChangeAsync(session => StatementTable.Keep(session, statement, stated), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<KeptStatement>> ReadStatementsAsync(
        ChannelKey channel, StatementKind kind, string issuer, int limit, CancellationToken cancellationToken) =>
        readers.ReadOneAsync(connection => StatementTable.Read(connection, channel, kind, issuer, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<NumberedStatement>> ReadAllStatementsAsync(long aboveNumber, int limit, CancellationToken cancellationToken) =>
        readers.ReadOneAsync(connection => StatementTable.ReadAll(connection, aboveNumber, limit), cancellationToken);

    /// <summary>Finishes what waits, merges the write-ahead log into the file, and gives the lock back. Later calls are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        // Readers first: the last connection to close is the one that can remove the log.
        await readers.DisposeAsync();
        await writer.DisposeAsync();
        held.Dispose();
    }

    private Task<bool> ChangeAsync(Action<WriteSession> change, CancellationToken cancellationToken) => writer.RunAsync(
        session =>
        {
            change(session);
            return true;
        },
        cancellationToken);

    // In bounded transactions, so that others get their turn between them.
    private async Task<int> DestroyAllAsync(Func<WriteSession, int> destroySome, CancellationToken cancellationToken)
    {
        var destroyed = 0;
        int some;
        do
        {
            some = await writer.RunAsync(destroySome, cancellationToken);
            destroyed += some;
        }
        while (some > 0);
        return destroyed;
    }
}
