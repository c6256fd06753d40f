using Gateway.Exchange.Evidence;
using Gateway.Exchange.Inbox;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Sqlite.Records;
using Gateway.Storage.Sqlite.Writing;

namespace Gateway.Storage.Sqlite.Inbox;

/// <summary>Mappings of peers and their tombstones. Versions and states move forward only.</summary>
internal static class ReceivedMappings
{
    /// <summary>MAPPING_STATE_ERASED of the proto: the state of a tombstone, whatever made it one.</summary>
    public const int Erased = 4;

    // Every channel of the same sender: a mapping that was erased under one agreement must not come back under another.
    private const string SelectOfSender = """
        SELECT m.mapping_row, m.channel_id, m.version, m.state, m.key_id
        FROM received_mapping m JOIN inbound_channel c USING (channel_id)
        WHERE m.mapping_id = ?1 AND c.sender = ?2
        """;

    private const string Insert = """
        INSERT INTO received_mapping
            (channel_id, mapping_id, version, state, pseudonym_digest, purpose, not_after, key_id, ciphertext, message_row, batch_index)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
        """;

    private const string Replace = """
        UPDATE received_mapping
        SET version = ?2, state = ?3, pseudonym_digest = ?4, purpose = ?5, not_after = ?6, key_id = ?7, ciphertext = ?8, message_row = ?9, batch_index = ?10
        WHERE mapping_row = ?1
        """;

    // MAPPING_STATE_ACTIVE is 1. The last condition is the one of the partial index.
    private const string SelectInForce = """
        SELECT m.mapping_id, m.version, m.state, m.pseudonym_digest, m.purpose, m.not_after, k.wrapped, m.ciphertext
        FROM received_mapping m JOIN data_key k USING (key_id)
        WHERE m.pseudonym_digest = ?1 AND m.not_after > ?2 AND m.state = 1 AND m.state <> 4 ORDER BY m.mapping_row
        """;

    private const string SelectWithMessage = """
        SELECT m.mapping_id, m.version, m.state, m.pseudonym_digest, m.purpose, m.not_after, k.wrapped, m.ciphertext,
            m.batch_index, r.signed_message, r.leaf_hashes
        FROM received_mapping m JOIN inbound_channel c USING (channel_id) JOIN data_key k USING (key_id) JOIN received_message r USING (message_row)
        WHERE m.mapping_id = ?1 AND c.agreement_id = ?2 AND m.not_after > ?3 AND m.state <> 4
        """;

    /// <summary>Keeps what moves forward and passes over the rest; a message does not fail for an old mapping in it.</summary>
    /// <returns>The events of the changes it brought, each once.</returns>
    public static IEnumerable<(string Name, string Reason)> KeepAll(WriteSession session, long channelId, long messageRow, VerifiedBatch batch)
    {
        var change = 0;
        var events = new SortedSet<(string Name, string Reason)>();
        foreach (var (index, mapping) in batch.Mappings.Index())
        {
            var ofSender = session.Connection.All(SelectOfSender, ReadKept, mapping.MappingId, batch.Channel.Sender);
            var before = ofSender.Find(kept => kept.ChannelId == channelId);
            if (mapping.ChangeEvent is { } name)
            {
                var isThere = before is not null && MovesForward(mapping, before) && !ofSender.Exists(IsErased);
                events.Add(isThere ? (name, "") : (EventNames.MappingChangeRejection, "NothingToChange"));
                if (!isThere)
                {
                    continue;
                }
            }

            if (!ofSender.Exists(IsErased))
            {
                change += Keep(session, channelId, mapping, (messageRow, index), before);
            }
        }

        InboundChannels.CountKept(session, channelId, change);
        return events;
    }

    public static IReadOnlyList<ReceivedMapping> FindByPseudonym(
        PreparedConnection connection, ReadOnlyMemory<byte> pseudonymDigest, DateTimeOffset at) =>
        connection.All(SelectInForce, Read, pseudonymDigest, at);

    public static MappingWithMessage? FindWithMessage(
        PreparedConnection connection, ReadOnlyMemory<byte> mappingId, string agreementId, DateTimeOffset at) => connection.First(
            SelectWithMessage, row => new MappingWithMessage(Read(row), row.Int(8), row.Bytes(9), row.Bytes(10)), mappingId, agreementId, at);

    // Returns by how many the number of kept mappings changes.
    private static int Keep(WriteSession session, long channelId, ReceivedMapping mapping, (long Message, int Index) leaf, Kept? before)
    {
        if (before is not null && !MovesForward(mapping, before))
        {
            return 0;
        }

        var erased = mapping.State == Erased;
        long? key = erased ? null : DataKeys.Keep(session, mapping.Content);
        var digest = erased ? ReadOnlyMemory<byte>.Empty : mapping.PseudonymDigest;
        var ciphertext = erased ? ReadOnlyMemory<byte>.Empty : mapping.Content.Ciphertext;
        var purpose = erased ? "" : mapping.Purpose;
        if (before is null)
        {
            session.Connection.Execute(
                Insert,
                channelId,
                mapping.MappingId,
                mapping.Version,
                mapping.State,
                digest,
                purpose,
                mapping.NotAfter,
                key,
                ciphertext,
                leaf.Message,
                leaf.Index);
            return erased ? 0 : 1;
        }

        // What was wrong about a person goes as surely as what was erased.
        DataKeys.Destroy(session, before.KeyId, erased || mapping.ChangeEvent is not null ? ScrubNeed.BeforeCompletion : ScrubNeed.Soon);
        session.Connection.Execute(
            Replace, before.Row, mapping.Version, mapping.State, digest, purpose, mapping.NotAfter, key, ciphertext, leaf.Message, leaf.Index);
        return erased ? -1 : 0;
    }

    private static bool IsErased(Kept kept) => kept.State == Erased;

    private static bool MovesForward(ReceivedMapping mapping, Kept before) => mapping.Version > before.Version && mapping.State >= before.State;

    private static Kept ReadKept(Row row) =>
        new(row.Number(0), row.Number(1), row.Int(2), row.Int(3), row.IsNull(4) ? null : row.Number(4));

    private static ReceivedMapping Read(Row row) => new(
        row.Bytes(0),
        row.Int(1),
        row.Int(2),
        row.Bytes(3),
        row.Text(4),
        row.Time(5),
        DataKeys.Read(row, wrappedKey: 6, ciphertext: 7, erased: false));

    private sealed record Kept(long Row, long ChannelId, int Version, int State, long? KeyId);
}
