using Microsoft.Data.Sqlite;

namespace Gateway.Storage.Sqlite.Connections;

/// <summary>Opens the database file the one way it may be opened.</summary>
internal static class ConnectionOpener
{
    private const int BusyTimeoutSeconds = 5;

    // secure_delete: zeroes what is deleted, so that content does not linger in free pages.
    // synchronous=FULL: every commit waits for fsync; NORMAL would lose acknowledged commits with the power.
    // wal_autocheckpoint, journal_size_limit: 32 MiB between merges keeps random index pages from being merged over and over, and the
    //   log does not keep the size of its worst day.
    // temp_store: statement journals stay in memory; nothing is written outside the store's own files.
    // cache_size: 16 MiB for the writer, 2 MiB for each reader. More is no faster where the system keeps the file in memory, and it is memory of the node.
    // trusted_schema, cell_size_check: a file made by somebody else runs no code of its own and is refused rather than misread.
    private const string WriterSettings = """
        PRAGMA trusted_schema = OFF;
        PRAGMA cell_size_check = ON;
        PRAGMA busy_timeout = 5000;
        PRAGMA temp_store = MEMORY;
        PRAGMA secure_delete = ON;
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = ON;
        PRAGMA wal_autocheckpoint = 8192;
        PRAGMA journal_size_limit = 67108864;
        PRAGMA cache_size = -16384;
        """;

    private const string ReaderSettings = """
        PRAGMA trusted_schema = OFF;
        PRAGMA cell_size_check = ON;
        PRAGMA busy_timeout = 5000;
        PRAGMA temp_store = MEMORY;
        PRAGMA query_only = ON;
        PRAGMA cache_size = -2048;
        """;

    public static PreparedConnection OpenWriter(SqliteStoreOptions options)
    {
        var connection = Open(options.Path, SqliteOpenMode.ReadWrite, WriterSettings);
        var pages = options.DatabaseBytesMax == 0 ? uint.MaxValue - 1 : options.DatabaseBytesMax / SqliteStoreOptions.PageBytes;
        connection.Script(FormattableString.Invariant($"PRAGMA max_page_count = {pages}"));
        return connection;
    }

    public static PreparedConnection OpenReader(string path) => Open(path, SqliteOpenMode.ReadOnly, ReaderSettings);

    private static PreparedConnection Open(string path, SqliteOpenMode mode, string settings)
    {
        var source = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = BusyTimeoutSeconds,
        };
        var connection = new SqliteConnection(source.ToString());
        var prepared = new PreparedConnection(connection);
        try
        {
            connection.Open();
            prepared.Script(settings);
            return prepared;
        }
        catch (SqliteException)
        {
            prepared.Dispose();
            throw;
        }
    }
}
