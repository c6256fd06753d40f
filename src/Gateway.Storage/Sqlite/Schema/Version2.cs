namespace Gateway.Storage.Sqlite.Schema;

/// <summary>Signed statements about channels: ledgers compared, channels ended, contradictions.</summary>
internal static class Version2
{
    public const string Sql = """
        -- kind as StatementKind numbers it. Of kind 1, two ledgers agree, only the newest of an issuer stays; all others are kept for good.
        CREATE TABLE channel_statement (
            statement_row INTEGER PRIMARY KEY,
            sender TEXT NOT NULL,
            recipient TEXT NOT NULL,
            agreement_id TEXT NOT NULL,
            kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),
            issuer TEXT NOT NULL,
            sequence INTEGER NOT NULL CHECK (sequence >= 0),
            kept_at INTEGER NOT NULL,
            signed BLOB NOT NULL CHECK (length(signed) > 0)
        ) STRICT;
        CREATE INDEX channel_statement_of_channel ON channel_statement (sender, recipient, agreement_id, kind, issuer, statement_row);
        """;
}
