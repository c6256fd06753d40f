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

    private const string SelectUnchanged = "SELECT binding_row FROM binding WHERE binding_id = ?1 AND erased = 0 AND content_digest = ?2";

    // The last condition is the one of the partial index.
    private const string CountOfSubject = "SELECT count(*) FROM binding WHERE subject_digest = ?1 AND erased = 0";

    private const string Update = "UPDATE binding SET content_digest = ?2, subject_digest = ?3, key_id = ?4, ciphertext = ?5 WHERE binding_id = ?1";

    private const string Bury = """
        UPDATE binding SET erased = 1, ciphertext = x'', content_digest = x'', subject_digest = x'' WHERE binding_id = ?1
        """;

    /// <summary>True when the binding lives and has this content.</summary>
    public static bool Has(PreparedConnection connection, ReadOnlyMemory<byte> bindingId, ReadOnlyMemory<byte> contentDigest) =>
        connection.Number(SelectUnchanged, bindingId, contentDigest) is not null;

    /// <summary>Number of living bindings of a subject.</summary>
    public static long CountOf(PreparedConnection connection, ReadOnlyMemory<byte> subjectDigest) => connection.Number(CountOfSubject, subjectDigest)!.Value;

    /// <summary>Puts other content in the place of a living binding's and destroys the old one; false when it is not as it was read.</summary>
    public static bool Replace(WriteSession session, StoredBinding before, StoredBinding after)
    {
        var kept = session.Connection.First(SelectById, Read, before.BindingId);
        if (kept is null or { Erased: true } || !CryptographicOperations.FixedTimeEquals(kept.Binding.ContentDigest.Span, before.ContentDigest.Span))
        {
            return false;
        }

        DataKeys.Destroy(session, kept.KeyId, ScrubNeed.BeforeCompletion);
        var key = DataKeys.Keep(session, after.Content);
        session.Connection.Execute(Update, before.BindingId, after.ContentDigest, after.SubjectDigest, key, after.Content.Ciphertext);
        return true;
    }

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
