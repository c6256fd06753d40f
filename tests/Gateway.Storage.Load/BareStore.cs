using Gateway.Exchange.Inbox;
using Gateway.Exchange.Outbox;
using Microsoft.Data.Sqlite;

namespace Gateway.Storage.Load;

/// <summary>The rows of the store and its indices, written with nothing but the statements that insert them.</summary>
internal sealed class BareStore : IDisposable
{
    private const string Schema = """
        CREATE TABLE data_key (key_id INTEGER PRIMARY KEY, wrapped BLOB NOT NULL) STRICT;
        CREATE TABLE outbox_entry (
            position INTEGER PRIMARY KEY, idempotency_key BLOB NOT NULL UNIQUE, request_digest BLOB NOT NULL, mapping_id BLOB NOT NULL,
            version INTEGER NOT NULL, binding_id BLOB NOT NULL, channel_id INTEGER NOT NULL, purpose TEXT NOT NULL, queued_at INTEGER NOT NULL,
            key_id INTEGER NOT NULL, ciphertext BLOB NOT NULL) STRICT;
        CREATE INDEX outbox_entry_queued ON outbox_entry (channel_id, position);
        CREATE INDEX outbox_entry_mapping ON outbox_entry (mapping_id);
        CREATE INDEX outbox_entry_binding ON outbox_entry (binding_id);
        CREATE TABLE received_mapping (
            mapping_row INTEGER PRIMARY KEY, channel_id INTEGER NOT NULL, mapping_id BLOB NOT NULL, version INTEGER NOT NULL,
            state INTEGER NOT NULL, pseudonym_digest BLOB NOT NULL, purpose TEXT NOT NULL, not_after INTEGER NOT NULL, key_id INTEGER NOT NULL,
            ciphertext BLOB NOT NULL, UNIQUE (mapping_id, channel_id)) STRICT;
        CREATE INDEX received_mapping_pseudonym ON received_mapping (pseudonym_digest);
        CREATE INDEX received_mapping_expiry ON received_mapping (not_after);
        CREATE TABLE evidence (
            position INTEGER PRIMARY KEY, name TEXT NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL, sender TEXT NOT NULL,
            recipient TEXT NOT NULL, agreement_id TEXT NOT NULL, sequence INTEGER NOT NULL, message_hash BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
        """;

    private readonly SqliteConnection connection;
    private readonly SqliteCommand key;
    private readonly SqliteCommand entry;
    private readonly SqliteCommand mapping;
    private readonly SqliteCommand evidence;
    private readonly byte[] hash = new byte[32];

    public BareStore(string path)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        Run("""
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 8192;
            PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -65536;
            """);
        Run(Schema);
        Begin = Prepare("BEGIN IMMEDIATE", 0);
        Commit = Prepare("COMMIT", 0);
        key = Prepare("INSERT INTO data_key (wrapped) VALUES ($1) RETURNING key_id", 1);
        entry = Prepare("INSERT INTO outbox_entry (idempotency_key, request_digest, mapping_id, version, binding_id, channel_id, purpose, queued_at, key_id, ciphertext) VALUES ($1, $2, $3, 1, $4, 1, $5, $6, $7, $8)", 8);
        mapping = Prepare("INSERT INTO received_mapping (channel_id, mapping_id, version, state, pseudonym_digest, purpose, not_after, key_id, ciphertext) VALUES (1, $1, 1, 1, $2, $3, $4, $5, $6)", 6);
        evidence = Prepare("INSERT INTO evidence (name, reason, at, sender, recipient, agreement_id, sequence, message_hash, hash) VALUES ('SubmissionAcceptance', '', 1, 'alpha', 'beta', 'agreement-1', 0, x'', $1)", 1);
    }

    public SqliteCommand Begin { get; }

    public SqliteCommand Commit { get; }

    public void InsertEntry(OutboxEntry item)
    {
        var keyId = Set(key, item.Content.WrappedKey.ToArray()).ExecuteScalar();
        Set(
            entry,
            item.IdempotencyKey.ToArray(),
            item.RequestDigest.ToArray(),
            item.MappingId.ToArray(),
            item.BindingId.ToArray(),
            item.Purpose,
            item.QueuedAt.ToUnixTimeMilliseconds(),
            keyId,
            item.Content.Ciphertext.ToArray()).ExecuteNonQuery();
        Set(evidence, hash).ExecuteNonQuery();
    }

    public void InsertMapping(ReceivedMapping item)
    {
        var keyId = Set(key, item.Content.WrappedKey.ToArray()).ExecuteScalar();
        Set(
            mapping,
            item.MappingId.ToArray(),
            item.PseudonymDigest.ToArray(),
            item.Purpose,
            item.NotAfter.ToUnixTimeMilliseconds(),
            keyId,
            item.Content.Ciphertext.ToArray()).ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var command in new[] { Begin, Commit, key, entry, mapping, evidence })
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    private static SqliteCommand Set(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        return command;
    }

    private void Run(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteCommand Prepare(string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 1; i <= parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}", Value = DBNull.Value });
        }

        command.Prepare();
        return command;
    }
}
