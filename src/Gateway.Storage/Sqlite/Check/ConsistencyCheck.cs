using Gateway.Storage.Sqlite.Connections;

namespace Gateway.Storage.Sqlite.Check;

/// <summary>Rules between tables. Each query yields one line for each row that breaks its rule.</summary>
internal static class ConsistencyCheck
{
    private static readonly (string Check, string Sql)[] Rules =
    [
        ("foreign keys", """SELECT 'table ' || "table" || ', row ' || coalesce(rowid, 0) || ', parent ' || parent FROM pragma_foreign_key_check LIMIT 100"""),
        ("outbound sequence", """
            SELECT 'to ' || c.recipient || ' under ' || c.agreement_id || ': last sequence ' || c.last_sequence || ', kept ' || count(m.sequence)
            FROM outbound_channel c LEFT JOIN sealed_message m USING (channel_id) GROUP BY c.channel_id
            HAVING count(m.sequence) <> c.last_sequence OR coalesce(max(m.sequence), 0) <> c.last_sequence LIMIT 100
            """),
        ("outbound hash", """
            SELECT 'to ' || c.recipient || ' under ' || c.agreement_id || ': the hash of the last message is another'
            FROM outbound_channel c LEFT JOIN sealed_message m ON m.channel_id = c.channel_id AND m.sequence = c.last_sequence
            WHERE coalesce(m.message_hash, x'') <> c.last_message_hash LIMIT 100
            """),
        ("last receipted", """
            SELECT 'to ' || c.recipient || ' under ' || c.agreement_id || ': ' || c.last_receipted
            FROM outbound_channel c
            WHERE c.last_receipted <> coalesce(
                (SELECT min(m.sequence) - 1 FROM sealed_message m WHERE m.channel_id = c.channel_id AND m.state <> 3), c.last_sequence) LIMIT 100
            """),
        ("open entries", """
            SELECT 'to ' || c.recipient || ' under ' || c.agreement_id || ': counted ' || c.open_entries || ', there are ' || n
            FROM (SELECT c.*, (SELECT count(*) FROM outbox_entry e LEFT JOIN sealed_message m USING (message_row)
                    WHERE e.channel_id = c.channel_id AND coalesce(m.state, 1) <> 3) AS n FROM outbound_channel c) c
            WHERE n <> c.open_entries LIMIT 100
            """),
        ("receipt of message", """
            SELECT 'sequence ' || m.sequence || ' to ' || c.recipient || ' under ' || c.agreement_id ||
                CASE m.state WHEN 3 THEN ': receipted without a receipt' ELSE ': a receipt, but not receipted' END
            FROM sealed_message m JOIN outbound_channel c USING (channel_id) LEFT JOIN message_receipt r USING (message_row)
            WHERE (m.state = 3) <> (r.receipt IS NOT NULL) LIMIT 100
            """),
        ("envelope of message", """
            SELECT 'sequence ' || m.sequence || ' to ' || c.recipient || ' under ' || c.agreement_id
            FROM sealed_message m JOIN outbound_channel c USING (channel_id) LEFT JOIN sealed_envelope v USING (message_row)
            WHERE m.has_envelope <> (v.envelope IS NOT NULL) OR (m.state <> 3 AND m.has_envelope = 0) LIMIT 100
            """),
        ("entries of message", """
            SELECT 'sequence ' || m.sequence || ' to ' || c.recipient || ' under ' || c.agreement_id || ': ' || count(e.position) || ' of ' || m.entry_count
            FROM sealed_message m JOIN outbound_channel c USING (channel_id) LEFT JOIN outbox_entry e USING (message_row) GROUP BY m.message_row
            HAVING count(e.position) <> m.entry_count OR max(e.batch_index) <> m.entry_count - 1 LIMIT 100
            """),
        ("inbound sequence", """
            SELECT 'from ' || c.sender || ' under ' || c.agreement_id || ': last sequence ' || c.last_sequence || ', kept ' || count(m.sequence)
            FROM inbound_channel c LEFT JOIN received_message m USING (channel_id) GROUP BY c.channel_id
            HAVING count(m.sequence) <> c.last_sequence OR coalesce(max(m.sequence), 0) <> c.last_sequence LIMIT 100
            """),
        ("inbound hash", """
            SELECT 'from ' || c.sender || ' under ' || c.agreement_id || ': the hash of the last message is another'
            FROM inbound_channel c LEFT JOIN received_message m ON m.channel_id = c.channel_id AND m.sequence = c.last_sequence
            WHERE coalesce(m.message_hash, x'') <> c.last_message_hash LIMIT 100
            """),
        ("kept mappings", """
            SELECT 'from ' || c.sender || ' under ' || c.agreement_id || ': counted ' || c.kept_mappings || ', there are ' || n
            FROM (SELECT c.*, (SELECT count(*) FROM received_mapping m WHERE m.channel_id = c.channel_id AND m.state <> 4) AS n FROM inbound_channel c) c
            WHERE n <> c.kept_mappings LIMIT 100
            """),
        ("destroyed keys", """
            SELECT 'binding row ' || b.binding_row FROM binding b JOIN data_key k USING (key_id)
            WHERE b.erased = 1 AND k.wrapped <> zeroblob(length(k.wrapped))
            UNION ALL
            SELECT 'outbox entry ' || e.position FROM outbox_entry e JOIN data_key k USING (key_id)
            WHERE e.message_row IS NOT NULL AND k.wrapped <> zeroblob(length(k.wrapped)) LIMIT 100
            """),

        // Each living record has one key, so one key more than records is a key whose record went without it.
        ("living keys", """
            SELECT 'keys ' || keys || ', records ' || records FROM (SELECT
                (SELECT count(*) FROM data_key WHERE wrapped <> zeroblob(length(wrapped))) AS keys,
                (SELECT count(*) FROM binding WHERE erased = 0) + (SELECT count(*) FROM outbox_entry WHERE message_row IS NULL)
                    + (SELECT count(*) FROM received_mapping WHERE state <> 4) AS records)
            WHERE keys <> records
            """),
    ];

    public static IEnumerable<StoreFinding> Run(PreparedConnection connection) =>
        Rules.SelectMany(rule => connection.All(rule.Sql, row => new StoreFinding(rule.Check, row.Text(0))));
}
