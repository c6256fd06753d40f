using Gateway.Exchange;
using Gateway.Storage.Sqlite.Connections;

namespace Gateway.Storage.Sqlite.Schema;

/// <summary>Every step from an empty file to the schema of this program. Steps are only ever added; one that was released never changes.</summary>
internal static class SchemaMigrations
{
    /// <summary>"GWEX" in the header of the file tells a store from any other database.</summary>
    public const int ApplicationId = 0x47574558;

    private static readonly string[] Steps = [Version1.Sql, Version2.Sql, Version3.Sql, Version4.Sql, Version5.Sql];

    /// <summary>Version this program reads and writes.</summary>
    public static int Newest => Steps.Length;

    /// <summary>Why the file is not for this program, or null when it is.</summary>
    public static (StoreOpenOutcome Outcome, string Explanation)? Refusal(PreparedConnection connection)
    {
        var version = connection.Number("PRAGMA user_version");
        var application = connection.Number("PRAGMA application_id");
        var isEmpty = connection.Number("SELECT count(*) FROM sqlite_schema") == 0;
        if (application != ApplicationId && !(isEmpty && application == 0 && version == 0))
        {
            return (StoreOpenOutcome.NotAStore, "The file is a database of another program; name another file in Storage:Path.");
        }

        return version > Newest
            ? (StoreOpenOutcome.NewerSchema, $"The file has schema version {version}, this program knows up to {Newest}; install the newer version, or restore the backup made before it.")
            : null;
    }

    /// <summary>Takes the file to the newest version, one transaction a step, and returns the version it had.</summary>
    public static int Apply(PreparedConnection connection)
    {
        // The mode is kept in the file. It cannot be set inside a transaction.
        if (connection.First("PRAGMA journal_mode = WAL", row => row.Text(0)) != "wal")
        {
            throw new StoreUnavailableException(
                StoreUnavailableReason.Failing,
                "The disk of the store does not support a write-ahead log, as network shares do not; move Storage:Path to a local disk.",
                innerException: null);
        }

        var from = (int)connection.Number("PRAGMA user_version")!;
        for (var step = from; step < Newest; step++)
        {
            connection.Script(FormattableString.Invariant($"""
                BEGIN IMMEDIATE;
                {Steps[step]}
                PRAGMA application_id = {ApplicationId};
                PRAGMA user_version = {step + 1};
                COMMIT;
                """));
        }

        return from;
    }
}
