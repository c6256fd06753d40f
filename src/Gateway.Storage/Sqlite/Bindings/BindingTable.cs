using System.Security.Cryptography;
using Gateway.Exchange.Mappings;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Sqlite.Records;
using Gateway.Storage.Sqlite.Writing;

namespace Gateway.Storage.Sqlite.Bindings;

/// <summary>Bindings and their tombstones.</summary>
internal static class BindingTable
{
    private const string Insert = """
        INSERT INTO binding (binding_id, handle_digest, content_digest, subject_digest, key_id, ciphertext) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """;

    private const string SelectById = """
        SELECT b.binding_id, b.handle_digest, b.content_digest, b.subject_digest, b.erased, b.key_id, k.wrapped, b.ciphertext
        FROM binding b JOIN data_key k USING (key_id) WHERE b.binding_id = ?1
        """;

    private const string SelectByHandle = """
        SELECT b.binding_id, b.handle_digest, b.content_digest, b.subject_digest, b.erased, b.key_id, k.wrapped, b.ciphertext
        FROM binding b JOIN data_key k USING (key_id) WHERE b.handle_digest = ?1
        """;

    private const string Bury = """
        UPDATE binding SET erased = 1, ciphertext = x'', content_digest = x'', subject_digest = x'' WHERE binding_id = ?1
        """;

    /// <summary>Repeatable: the unique handle digest decides.</summary>
    public static (BindOutcome Outcome, StoredBinding? Existing) Bind(WriteSession session, StoredBinding binding)
    {
        var kept = session.Connection.First(SelectByHandle, Read, binding.HandleDigest);
        if (kept is not null)
        {
            return kept.Erased ? (BindOutcome.Erased, null)
                : CryptographicOperations.FixedTimeEquals(kept.Binding.ContentDigest.Span, binding.ContentDigest.Span) ? (BindOutcome.Repeat, kept.Binding)
                : (BindOutcome.Conflict, null);
        }

        var key = DataKeys.Keep(session, binding.Content);
        session.Connection.Execute(
            Insert, binding.BindingId, binding.HandleDigest, binding.ContentDigest, binding.SubjectDigest, key, binding.Content.Ciphertext);
        return (BindOutcome.Bound, null);
    }

    public static StoredBinding? FindById(PreparedConnection connection, ReadOnlyMemory<byte> bindingId) =>
        Living(connection.First(SelectById, Read, bindingId));

    public static StoredBinding? FindByHandle(PreparedConnection connection, ReadOnlyMemory<byte> handleDigest) =>
        Living(connection.First(SelectByHandle, Read, handleDigest));

    /// <summary>Repeatable: a tombstone stays a tombstone.</summary>
    public static bool Erase(WriteSession session, ReadOnlyMemory<byte> bindingId)
    {
        var kept = session.Connection.First(SelectById, Read, bindingId);
        if (kept is { Erased: false })
        {
            DataKeys.Destroy(session, kept.KeyId, ScrubNeed.BeforeCompletion);
            session.Connection.Execute(Bury, bindingId);
        }

        return kept is not null;
    }

    private static StoredBinding? Living(Kept? kept) => kept is { Erased: false } ? kept.Binding : null;

    private static Kept Read(Row row)
    {
        var erased = row.Flag(4);
        var content = DataKeys.Read(row, wrappedKey: 6, ciphertext: 7, erased);
        return new Kept(new StoredBinding(row.Bytes(0), row.Bytes(1), row.Bytes(2), row.Bytes(3), content), erased, row.Number(5));
    }

    private sealed record Kept(StoredBinding Binding, bool Erased, long KeyId);
}
