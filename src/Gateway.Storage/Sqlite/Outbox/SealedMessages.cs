using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Outbox;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Sqlite.Evidence;
using Gateway.Storage.Sqlite.Writing;

namespace Gateway.Storage.Sqlite.Outbox;

/// <summary>Sealed messages, their envelopes and the receipts that came for them.</summary>
internal static class SealedMessages
{
    private const int DestroyedAtOnceMax = 256;

    private const string Insert = """
        INSERT INTO sealed_message
            (channel_id, sequence, message_id, message_hash, sealed_at, entry_count, state, has_envelope, signed_message)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, 2, 1, ?7)
        """;

    private const string InsertEnvelope = "INSERT INTO sealed_envelope (message_row, envelope) VALUES (?1, ?2)";

    // The first condition is the one of the partial index.
    private const string SelectUnreceipted = """
        SELECT m.message_row, m.sequence, m.message_id, m.message_hash, v.envelope, m.signed_message, m.sealed_at
        FROM sealed_message m LEFT JOIN sealed_envelope v USING (message_row)
        WHERE m.state <> 3 AND m.state <> 4 AND m.channel_id = ?1 AND m.sequence > ?2 ORDER BY m.sequence LIMIT ?3
        """;

    private const string SelectOne = """
        SELECT m.message_row, m.sequence, m.message_id, m.message_hash, v.envelope, m.signed_message, m.sealed_at
        FROM sealed_message m LEFT JOIN sealed_envelope v USING (message_row)
        WHERE m.channel_id = ?1 AND m.sequence = ?2
        """;

    private const string SelectPaths = "SELECT inclusion_path FROM outbox_entry WHERE message_row = ?1 ORDER BY batch_index";

    private const string SelectState = """
        SELECT m.message_row, m.channel_id, m.state, m.entry_count
        FROM sealed_message m JOIN outbound_channel c USING (channel_id)
        WHERE c.sender = ?1 AND c.recipient = ?2 AND c.agreement_id = ?3 AND m.sequence = ?4
        """;

    private const string SetState = "UPDATE sealed_message SET state = ?2 WHERE message_row = ?1";
    private const string InsertReceipt = "INSERT INTO message_receipt (message_row, receipt) VALUES (?1, ?2)";

    private const string SelectDestroyable = """
        SELECT message_row FROM sealed_message WHERE state = 3 AND has_envelope = 1 AND sealed_at < ?1 ORDER BY sealed_at LIMIT ?2
        """;

    private const string DeleteEnvelope = "DELETE FROM sealed_envelope WHERE message_row = ?1";
    private const string ForgetEnvelope = "UPDATE sealed_message SET has_envelope = 0 WHERE message_row = ?1";

    /// <summary>Not repeatable by design: a second try finds the sequence taken and says so.</summary>
    public static void Record(WriteSession session, SealedBatch batch, IReadOnlyList<QueuedEntry> entries)
    {
        if (entries.Count == 0 || batch.InclusionPaths.Count != entries.Count)
        {
            throw new ArgumentException("A message has at least one entry, and one inclusion path for each.", nameof(entries));
        }

        var channelId = OutboundChannels.FindId(session.Connection, batch.Channel);
        var last = OutboundChannels.Get(session.Connection, batch.Channel).LastSequence;
        if (channelId is null || batch.Sequence != last + 1)
        {
            throw new InvalidOperationException(FormattableString.Invariant(
                $"Sequence {batch.Sequence} does not follow {last}: another writer is at work."));
        }

        var message = session.Connection.Insert(
            Insert,
            channelId,
            batch.Sequence,
            batch.MessageId,
            batch.MessageHash,
            batch.SealedAt,
            entries.Count,
            batch.SignedMessage);
        session.Connection.Execute(InsertEnvelope, message, batch.Envelope);
        for (var i = 0; i < entries.Count; i++)
        {
            OutboxEntries.Seal(session, channelId.Value, entries[i].Position, message, i, batch.InclusionPaths[i]);
        }

        OutboundChannels.AdvanceTo(session, channelId.Value, batch);
    }

    public static IReadOnlyList<SealedBatch> ReadUnreceipted(PreparedConnection connection, ChannelKey channel, long aboveSequence, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return OutboundChannels.FindId(connection, channel) is { } id
            ? connection.All(SelectUnreceipted, row => Read(connection, channel, row), id, aboveSequence, limit)
            : [];
    }

    public static SealedBatch? Find(PreparedConnection connection, ChannelKey channel, long sequence) =>
        OutboundChannels.FindId(connection, channel) is { } id
            ? connection.First(SelectOne, row => Read(connection, channel, row), id, sequence)
            : null;

    /// <summary>Repeatable: the first receipt stays. A receipt also ends a refusal, because it proves more.</summary>
    public static void RecordReceipt(WriteSession session, ChannelKey channel, long sequence, ReadOnlyMemory<byte> receipt, EvidenceEvent relayed)
    {
        var message = Require(session, channel, sequence);
        if (message.State == DeliveryState.Receipted)
        {
            return;
        }

        session.Connection.Execute(SetState, message.Row, (int)DeliveryState.Receipted);
        session.Connection.Execute(InsertReceipt, message.Row, receipt);
        OutboundChannels.CloseReceipted(session, message.ChannelId, message.Entries);
        EvidenceTable.Append(session, relayed);
    }

    /// <summary>Repeatable: only a message that waits for its receipt can be refused.</summary>
    public static void RecordRefusal(WriteSession session, ChannelKey channel, long sequence, EvidenceEvent refused)
    {
        var message = Require(session, channel, sequence);
        if (message.State == DeliveryState.Sealed)
        {
            session.Connection.Execute(SetState, message.Row, (int)DeliveryState.Refused);
            EvidenceTable.Append(session, refused);
        }
    }

    /// <summary>Destroys the oldest envelopes of receipted messages, a bounded number at once; 0 when none is left.</summary>
    public static int DestroyReceiptedEnvelopes(WriteSession session, DateTimeOffset sealedBefore)
    {
        var messages = session.Connection.All(SelectDestroyable, row => row.Number(0), sealedBefore, DestroyedAtOnceMax);
        foreach (var message in messages)
        {
            session.Connection.Execute(DeleteEnvelope, message);
            session.Connection.Execute(ForgetEnvelope, message);
            session.Destroys(ScrubNeed.BeforeCompletion);
        }

        return messages.Count;
    }

    private static Message Require(WriteSession session, ChannelKey channel, long sequence) =>
        session.Connection.First(
            SelectState,
            row => new Message(row.Number(0), row.Number(1), (DeliveryState)row.Int(2), row.Int(3)),
            channel.Sender,
            channel.Recipient,
            channel.AgreementId,
            sequence)
        ?? throw new InvalidOperationException(FormattableString.Invariant($"No message of sequence {sequence} was sealed in this channel."));

    private static SealedBatch Read(PreparedConnection connection, ChannelKey channel, Row row) => new(
        channel,
        row.Number(1),
        row.Bytes(2),
        row.Bytes(3),
        row.Bytes(4),
        row.Bytes(5),
        connection.All(SelectPaths, path => (ReadOnlyMemory<byte>)path.Bytes(0), row.Number(0)),
        row.Time(6));

    private sealed record Message(long Row, long ChannelId, DeliveryState State, int Entries);
}
