namespace Gateway.Storage.Sqlite.Schema;

/// <summary>Corrections of bindings, and what a later version of a mapping has to know of the first.</summary>
internal static class Version4
{
    public const string Sql = """
        CREATE TABLE correction (
            correction_row INTEGER PRIMARY KEY,
            idempotency_key BLOB NOT NULL UNIQUE CHECK (length(idempotency_key) = 16),
            request_digest BLOB NOT NULL,
            corrected INTEGER NOT NULL,
            recalled INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX binding_subject ON binding (subject_digest) WHERE erased = 0;

        -- NULL for erasures, and for what was queued before this version: of that the terms are not known any more.
        ALTER TABLE outbox_entry ADD COLUMN pseudonym_type INTEGER;
        ALTER TABLE outbox_entry ADD COLUMN not_after INTEGER;
        """;
}
