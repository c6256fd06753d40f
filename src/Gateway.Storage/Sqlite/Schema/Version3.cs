namespace Gateway.Storage.Sqlite.Schema;

/// <summary>How many mappings were issued on which day: the volume clause of an agreement, counted over restarts.</summary>
internal static class Version3
{
    public const string Sql = """
        -- issued_day counts days since 1970-01-01 (UTC). Rows stay: a day that was forgotten could be used a second time. A peer can make rows for
        -- the days a mapping may be old, so there is about one more a day.
        CREATE TABLE outbound_volume (
            channel_id INTEGER NOT NULL REFERENCES outbound_channel,
            issued_day INTEGER NOT NULL,
            mappings INTEGER NOT NULL CHECK (mappings >= 1),
            PRIMARY KEY (channel_id, issued_day)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE inbound_volume (
            channel_id INTEGER NOT NULL REFERENCES inbound_channel,
            issued_day INTEGER NOT NULL,
            mappings INTEGER NOT NULL CHECK (mappings >= 1),
            PRIMARY KEY (channel_id, issued_day)
        ) STRICT, WITHOUT ROWID;
        """;
}
