using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Sqlite.Evidence;
using Gateway.Storage.Sqlite.Records;
using Gateway.Storage.Sqlite.Writing;

namespace Gateway.Storage.Sqlite.Inbox;

/// <summary>Destroys mappings whose time is over, without being asked.</summary>
internal static class RetentionEnd
{
    /// <summary>Mappings destroyed in one transaction; a day's end with millions of them must not hold up everybody else.</summary>
    public const int DestroyedAtOnceMax = 1_000;

    private const string EventName = "DestructionOnExpiry";

    private const string SelectOver = """
        SELECT m.mapping_row, m.key_id, m.channel_id, c.sender, c.recipient, c.agreement_id
        FROM received_mapping m JOIN inbound_channel c USING (channel_id)
        WHERE m.state <> 4 AND m.not_after <= ?1 ORDER BY m.not_after LIMIT ?2
        """;

    // The key leaves its zeros behind; the row says no more than that there was a mapping of this id.
    private const string Bury = """
        UPDATE received_mapping SET state = 4, key_id = NULL, ciphertext = x'', pseudonym_digest = x'', purpose = '' WHERE mapping_row = ?1
        """;

    /// <summary>Destroys a bounded number of mappings with one event a channel. Fewer than the bound means that none is left.</summary>
    public static int Destroy(WriteSession session, DateTimeOffset now)
    {
        var over = session.Connection.All(SelectOver, Read, now, DestroyedAtOnceMax);
        foreach (var mapping in over)
        {
            DataKeys.Destroy(session, mapping.KeyId, ScrubNeed.BeforeCompletion);
            session.Connection.Execute(Bury, mapping.Row);
        }

        foreach (var ofChannel in over.GroupBy(mapping => (mapping.ChannelId, mapping.Channel)))
        {
            InboundChannels.CountKept(session, ofChannel.Key.ChannelId, -ofChannel.Count());
            EvidenceTable.Append(session, Destruction(ofChannel.Key.Channel, now));
        }

        return over.Count;
    }

    private static EvidenceEvent Destruction(ChannelKey channel, DateTimeOffset at) => new(
        EventName, "", at, channel.Sender, channel.Recipient, channel.AgreementId, Sequence: 0, ReadOnlyMemory<byte>.Empty);

    private static Over Read(Row row) => new(
        row.Number(0), row.Number(1), row.Number(2), new ChannelKey(row.Text(3), row.Text(4), row.Text(5)));

    private sealed record Over(long Row, long KeyId, long ChannelId, ChannelKey Channel);
}
