using Gateway.Storage.Sqlite.Connections;

namespace Gateway.Storage.Sqlite.Check;

/// <summary>SQLite's own checks of the file.</summary>
internal static class PageCheck
{
    /// <summary>Pages, rows and types, without the indices; reads the file once.</summary>
    public static IReadOnlyList<string> Quick(PreparedConnection connection) => Problems(connection, "PRAGMA quick_check(100)");

    /// <summary>Everything, the indices too.</summary>
    public static IReadOnlyList<string> Full(PreparedConnection connection) => Problems(connection, "PRAGMA integrity_check(100)");

    private static List<string> Problems(PreparedConnection connection, string check)
    {
        var answers = connection.All(check, row => row.Text(0));
        return answers is ["ok"] ? [] : answers;
    }
}
