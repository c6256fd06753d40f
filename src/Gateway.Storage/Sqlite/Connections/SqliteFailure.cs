using Gateway.Exchange;
using Microsoft.Data.Sqlite;

namespace Gateway.Storage.Sqlite.Connections;

/// <summary>Tells what kind of trouble an error of SQLite is. Codes: https://sqlite.org/rescode.html.</summary>
internal static class SqliteFailure
{
    public const int Corrupt = 11;
    public const int Full = 13;
    public const int NotADatabase = 26;

    private const int Error = 1;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int TooBig = 18;
    private const int Constraint = 19;
    private const int Mismatch = 20;
    private const int Misuse = 21;
    private const int Range = 25;

    /// <summary>The error speaks of the operation, not of the disk: others of its group can still be kept.</summary>
    public static bool IsOfOperation(SqliteException e) => e.SqliteErrorCode is Error or TooBig or Constraint or Mismatch or Misuse or Range;

    public static StoreUnavailableReason ReasonOf(SqliteException e) => e.SqliteErrorCode switch
    {
        Full => StoreUnavailableReason.Full,
        Busy or Locked => StoreUnavailableReason.Busy,
        Corrupt or NotADatabase => StoreUnavailableReason.Damaged,
        _ => StoreUnavailableReason.Failing,
    };

    public static StoreUnavailableException Unavailable(SqliteException e)
    {
        var reason = ReasonOf(e);
        var remedy = reason switch
        {
            StoreUnavailableReason.Full => "free space on its disk, or raise Storage:DatabaseBytesMax",
            StoreUnavailableReason.Busy => "end the other program that holds the database file; where none does, a lock could not be given back, and restarting the node frees it",
            StoreUnavailableReason.Damaged => "stop the node, run 'gateway verify --store' and restore from a backup",
            _ => "check its disk and the rights on its files",
        };
        return new StoreUnavailableException(reason, $"The store is not available (SQLite error {e.SqliteErrorCode}/{e.SqliteExtendedErrorCode}); {remedy}.", e);
    }
}
