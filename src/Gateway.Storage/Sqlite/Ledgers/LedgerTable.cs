using Gateway.Exchange.Delivery;
using Gateway.Exchange.Ledgers;
using Gateway.Storage.Sqlite.Connections;

namespace Gateway.Storage.Sqlite.Ledgers;

/// <summary>The messages of a channel in order, as its sender sealed them or its receiver kept them.</summary>
internal static class LedgerTable
{
    private const string SelectSent = """
        SELECT m.sequence, m.message_hash FROM sealed_message m JOIN outbound_channel c USING (channel_id)
        WHERE c.sender = ?1 AND c.recipient = ?2 AND c.agreement_id = ?3 AND m.sequence > ?4 ORDER BY m.sequence LIMIT ?5
        """;

    private const string SelectReceived = """
        SELECT m.sequence, m.message_hash FROM received_message m JOIN inbound_channel c USING (channel_id)
        WHERE c.sender = ?1 AND c.recipient = ?2 AND c.agreement_id = ?3 AND m.sequence > ?4 ORDER BY m.sequence LIMIT ?5
        """;

    public static IReadOnlyList<LedgerEntry> Read(PreparedConnection connection, LedgerSide side, ChannelKey channel, long aboveSequence, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return connection.All(
            side == LedgerSide.Sent ? SelectSent : SelectReceived,
            row => new LedgerEntry(row.Number(0), row.Bytes(1)),
            channel.Sender,
            channel.Recipient,
            channel.AgreementId,
            aboveSequence,
            limit);
    }
}
