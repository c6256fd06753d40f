using Gateway.Exchange.Delivery;
using Gateway.Exchange.Inbox;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Sqlite.Writing;

namespace Gateway.Storage.Sqlite.Inbox;

/// <summary>One row a channel: its epoch, how far it came, and how many mappings are kept from it.</summary>
internal static class InboundChannels
{
    private const string StartEpoch = """
        INSERT INTO inbound_channel (sender, recipient, agreement_id, epoch) VALUES (?1, ?2, ?3, 1)
        ON CONFLICT (sender, recipient, agreement_id) DO UPDATE SET epoch = epoch + 1
        """;

    private const string Select = """
        SELECT channel_id, epoch, last_sequence, last_message_hash
        FROM inbound_channel WHERE sender = ?1 AND recipient = ?2 AND agreement_id = ?3
        """;

    private const string Advance = "UPDATE inbound_channel SET last_sequence = ?2, last_message_hash = ?3 WHERE channel_id = ?1";
    private const string AddKept = "UPDATE inbound_channel SET kept_mappings = kept_mappings + ?2 WHERE channel_id = ?1";
    private const string SumKept = "SELECT coalesce(sum(kept_mappings), 0) FROM inbound_channel";

    public static InboundChannel OpenEpoch(WriteSession session, ChannelKey channel)
    {
        session.Connection.Execute(StartEpoch, channel.Sender, channel.Recipient, channel.AgreementId);
        return Find(session.Connection, channel)!.State;
    }

    public static KnownChannel? Find(PreparedConnection connection, ChannelKey channel) =>
        connection.First(Select, Read, channel.Sender, channel.Recipient, channel.AgreementId);

    public static void AdvanceTo(WriteSession session, long channelId, VerifiedBatch batch) =>
        session.Connection.Execute(Advance, channelId, batch.Sequence, batch.MessageHash);

    /// <summary>Counts mappings that came or, below 0, went.</summary>
    public static void CountKept(WriteSession session, long channelId, int change)
    {
        if (change != 0)
        {
            session.Connection.Execute(AddKept, channelId, change);
        }
    }

    public static long SumKeptMappings(PreparedConnection connection) => connection.Number(SumKept)!.Value;

    private static KnownChannel Read(Row row) =>
        new(row.Number(0), new InboundChannel(row.Number(1), row.Number(2), row.Bytes(3)));
}

/// <summary>A channel that was opened at least once.</summary>
internal sealed record KnownChannel(long Id, InboundChannel State);
