using Gateway.Exchange.Delivery;
using Gateway.Exchange.Outbox;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Sqlite.Writing;

namespace Gateway.Storage.Sqlite.Outbox;

/// <summary>One row a channel: how far it is sealed and receipted, and how many of its entries are open.</summary>
internal static class OutboundChannels
{
    private const string Insert = "INSERT INTO outbound_channel (sender, recipient, agreement_id) VALUES (?1, ?2, ?3)";
    private const string AddOpenEntry = "UPDATE outbound_channel SET open_entries = open_entries + 1 WHERE channel_id = ?1";

    private const string SelectId = "SELECT channel_id FROM outbound_channel WHERE sender = ?1 AND recipient = ?2 AND agreement_id = ?3";

    private const string Select = """
        SELECT last_sequence, last_message_hash, last_receipted FROM outbound_channel WHERE sender = ?1 AND recipient = ?2 AND agreement_id = ?3
        """;

    private const string SelectTo = """
        SELECT sender, recipient, agreement_id, last_sequence, last_message_hash, last_receipted FROM outbound_channel
        WHERE recipient = ?1 AND last_sequence > 0 ORDER BY channel_id
        """;

    private const string Advance = "UPDATE outbound_channel SET last_sequence = ?2, last_message_hash = ?3 WHERE channel_id = ?1";

    // Everything before the first message without a receipt has one.
    private const string CloseEntries = """
        UPDATE outbound_channel SET
            open_entries = open_entries - ?2,
            last_receipted = coalesce(
                (SELECT min(m.sequence) - 1 FROM sealed_message m WHERE m.channel_id = ?1 AND m.state <> 3),
                last_sequence)
        WHERE channel_id = ?1
        """;

    private const string SumAll = "SELECT coalesce(sum(open_entries), 0) FROM outbound_channel";
    private const string SumOfRecipient = "SELECT coalesce(sum(open_entries), 0) FROM outbound_channel WHERE recipient = ?1";

    /// <summary>The id of the channel, which is new with its first entry.</summary>
    public static long FindOrAdd(WriteSession session, ChannelKey channel) => session.OutboundChannelIds.TryGetValue(channel, out var known)
        ? known
        : session.OutboundChannelIds[channel] = FindId(session.Connection, channel)
            ?? session.Connection.Insert(Insert, channel.Sender, channel.Recipient, channel.AgreementId);

    /// <summary>Counts one more open entry.</summary>
    public static void CountOneMore(WriteSession session, long channelId)
    {
        session.Connection.Execute(AddOpenEntry, channelId);
        session.OpenEntries++;
    }

    /// <summary>Closes the entries of a message that has its receipt.</summary>
    public static void CloseReceipted(WriteSession session, long channelId, int entries)
    {
        session.Connection.Execute(CloseEntries, channelId, entries);
        session.OpenEntries -= entries;
    }

    public static void AdvanceTo(WriteSession session, long channelId, SealedBatch batch) =>
        session.Connection.Execute(Advance, channelId, batch.Sequence, batch.MessageHash);

    public static long? FindId(PreparedConnection connection, ChannelKey channel) =>
        connection.Number(SelectId, channel.Sender, channel.Recipient, channel.AgreementId);

    public static OutboundChannel Get(PreparedConnection connection, ChannelKey channel) =>
        connection.First(
            Select,
            row => new OutboundChannel(row.Number(0), row.Bytes(1), row.Number(2)),
            channel.Sender,
            channel.Recipient,
            channel.AgreementId)
        ?? new OutboundChannel(0, ReadOnlyMemory<byte>.Empty, 0);

    public static IReadOnlyList<(ChannelKey Channel, OutboundChannel State)> ReadTo(PreparedConnection connection, string recipient) => connection.All(
        SelectTo,
        row => (
            new ChannelKey(row.Text(0), row.Text(1), row.Text(2)),
            new OutboundChannel(row.Number(3), row.Bytes(4), row.Number(5))),
        recipient);

    public static long SumOpenEntries(PreparedConnection connection) => connection.Number(SumAll)!.Value;

    public static long CountOpen(PreparedConnection connection, string? recipient) =>
        recipient is null ? SumOpenEntries(connection) : connection.Number(SumOfRecipient, recipient)!.Value;
}
