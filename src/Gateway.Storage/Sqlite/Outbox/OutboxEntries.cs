using System.Security.Cryptography;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Outbox;
using Gateway.Storage.Sqlite.Bindings;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Sqlite.Evidence;
using Gateway.Storage.Sqlite.Records;
using Gateway.Storage.Sqlite.Writing;

namespace Gateway.Storage.Sqlite.Outbox;

/// <summary>Entries on their way into a sealed message.</summary>
internal static class OutboxEntries
{
    private const string SelectByKey = """
        SELECT e.position, e.idempotency_key, e.request_digest, e.mapping_id, e.version, e.binding_id, e.purpose, e.queued_at, e.message_row,
            k.wrapped, e.ciphertext, c.sender, c.recipient, c.agreement_id
        FROM outbox_entry e JOIN outbound_channel c USING (channel_id) JOIN data_key k USING (key_id) WHERE e.idempotency_key = ?1
        """;

    private const string SelectQueued = """
        SELECT e.position, e.idempotency_key, e.request_digest, e.mapping_id, e.version, e.binding_id, e.purpose, e.queued_at, e.message_row,
            k.wrapped, e.ciphertext
        FROM outbox_entry e JOIN data_key k USING (key_id)
        WHERE e.channel_id = ?1 AND e.message_row IS NULL ORDER BY e.position LIMIT ?2
        """;

    private const string SelectAsNew = "SELECT position FROM outbox_entry WHERE mapping_id = ?1 AND version >= ?2 LIMIT 1";

    private const string Insert = """
        INSERT INTO outbox_entry
            (idempotency_key, request_digest, mapping_id, version, binding_id, channel_id, purpose, queued_at, key_id, ciphertext,
            pseudonym_type, not_after)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
        """;

    private const string DestroyKey = """
        UPDATE data_key SET wrapped = zeroblob(length(wrapped)) WHERE key_id = (SELECT key_id FROM outbox_entry WHERE position = ?1)
        """;

    private const string MoveIntoMessage = """
        UPDATE outbox_entry SET message_row = ?2, batch_index = ?3, inclusion_path = ?4, ciphertext = x''
        WHERE position = ?1 AND channel_id = ?5 AND message_row IS NULL
        """;

    /// <summary>Repeatable: the idempotency key decides, before the limits do.</summary>
    public static (EnqueueOutcome Outcome, OutboxEntry? Existing) Enqueue(
        WriteSession session, OutboxEntry entry, EvidenceEvent submitted, long entriesMax)
    {
        if (FindByKey(session.Connection, entry.IdempotencyKey) is { } kept)
        {
            return CryptographicOperations.FixedTimeEquals(kept.RequestDigest.Span, entry.RequestDigest.Span)
                ? (EnqueueOutcome.Repeat, kept)
                : (EnqueueOutcome.Conflict, null);
        }

        if (session.OpenEntries >= entriesMax)
        {
            return (EnqueueOutcome.Full, null);
        }

        if (IsOutdated(session.Connection, entry))
        {
            return (EnqueueOutcome.Changed, null);
        }

        var channelId = OutboundChannels.FindOrAdd(session, entry.Channel);
        if (entry.MappingsPerDayMax is { } max && !OutboundVolume.TryTakeOne(session, channelId, entry.QueuedAt, max))
        {
            return (EnqueueOutcome.VolumeUsedUp, null);
        }

        OutboundChannels.CountOneMore(session, channelId);
        var keyId = DataKeys.Keep(session, entry.Content);
        session.Connection.Execute(
            Insert,
            entry.IdempotencyKey,
            entry.RequestDigest,
            entry.MappingId,
            entry.Version,
            entry.BindingId,
            channelId,
            entry.Purpose,
            entry.QueuedAt,
            keyId,
            entry.Content.Ciphertext,
            (long?)entry.Terms?.PseudonymType,
            entry.Terms?.NotAfter.ToUnixTimeMilliseconds());
        EvidenceTable.Append(session, submitted);
        return (EnqueueOutcome.Queued, null);
    }

    private static bool IsOutdated(PreparedConnection connection, OutboxEntry entry) =>
        (!entry.BindingDigest.IsEmpty && !BindingTable.Has(connection, entry.BindingId, entry.BindingDigest))
        || (entry.Version > 1 && connection.Number(SelectAsNew, entry.MappingId, (long)entry.Version) is not null);

    public static OutboxEntry? FindByKey(PreparedConnection connection, ReadOnlyMemory<byte> idempotencyKey) =>
        connection.First(SelectByKey, row => Read(row, new ChannelKey(row.Text(11), row.Text(12), row.Text(13))), idempotencyKey)?.Entry;

    public static IReadOnlyList<QueuedEntry> ReadQueued(PreparedConnection connection, ChannelKey channel, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return OutboundChannels.FindId(connection, channel) is { } id ? connection.All(SelectQueued, row => Read(row, channel), id, limit) : [];
    }

    /// <summary>Marks an entry as part of a message and destroys its own copy of the content.</summary>
    /// <exception cref="InvalidOperationException">The entry is not queued in this channel.</exception>
    public static void Seal(WriteSession session, long channelId, long position, long messageRow, int batchIndex, ReadOnlyMemory<byte> path)
    {
        if (session.Connection.Execute(MoveIntoMessage, position, messageRow, batchIndex, path, channelId) != 1)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"Outbox entry {position} is not queued in the channel of the message: another writer is at work."));
        }

        session.Connection.Execute(DestroyKey, position);
        session.Destroys(ScrubNeed.Soon);
    }

    private static QueuedEntry Read(Row row, ChannelKey channel) => new(
        row.Number(0),
        new OutboxEntry(
            row.Bytes(1),
            row.Bytes(2),
            row.Bytes(3),
            row.Int(4),
            row.Bytes(5),
            channel,
            row.Text(6),
            DataKeys.Read(row, wrappedKey: 9, ciphertext: 10, erased: !row.IsNull(8)),
            row.Time(7)));
}
