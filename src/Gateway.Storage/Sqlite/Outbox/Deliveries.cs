using Gateway.Exchange.Delivery;
using Gateway.Exchange.Outbox;
using Gateway.Storage.Sqlite.Connections;

namespace Gateway.Storage.Sqlite.Outbox;

/// <summary>What became of mappings that were shared.</summary>
internal static class Deliveries
{
    private const string SelectNewest = """
        SELECT c.sender, c.recipient, c.agreement_id, m.state, m.sequence, r.receipt, m.signed_message, e.batch_index, m.entry_count, e.inclusion_path
        FROM outbox_entry e JOIN outbound_channel c USING (channel_id)
            LEFT JOIN sealed_message m USING (message_row) LEFT JOIN message_receipt r USING (message_row)
        WHERE e.mapping_id = ?1 ORDER BY e.version DESC, e.position DESC LIMIT 1
        """;

    private const string SelectShared = """
        SELECT e.mapping_id, e.version, c.sender, c.recipient, c.agreement_id, e.purpose, e.pseudonym_type, e.not_after,
            (SELECT f.idempotency_key FROM outbox_entry f WHERE f.mapping_id = e.mapping_id ORDER BY f.version, f.position LIMIT 1)
        FROM outbox_entry e JOIN outbound_channel c USING (channel_id)
        WHERE e.binding_id = ?1 AND NOT EXISTS (
            SELECT 1 FROM outbox_entry n WHERE n.mapping_id = e.mapping_id AND (n.version, n.position) > (e.version, e.position))
        ORDER BY e.position
        """;

    public static DeliveryStatus? Find(PreparedConnection connection, ReadOnlyMemory<byte> mappingId) =>
        connection.First(SelectNewest, Read, mappingId);

    public static IReadOnlyList<SharedMapping> ReadShared(PreparedConnection connection, ReadOnlyMemory<byte> bindingId) => connection.All(
        SelectShared,
        row => new SharedMapping(
            row.Bytes(0),
            row.Int(1),
            new ChannelKey(row.Text(2), row.Text(3), row.Text(4)),
            row.Text(5),
            row.Bytes(8),
            row.IsNull(6) ? null : new ShareTerms(row.Int(6), row.Time(7))),
        bindingId);

    private static DeliveryStatus Read(Row row) => new(
        row.IsNull(3) ? DeliveryState.Queued : (DeliveryState)row.Int(3),
        new ChannelKey(row.Text(0), row.Text(1), row.Text(2)),
        row.Number(4),
        row.Bytes(5),
        row.Bytes(6),
        (int)row.Number(7),
        (int)row.Number(8),
        row.Bytes(9));
}
