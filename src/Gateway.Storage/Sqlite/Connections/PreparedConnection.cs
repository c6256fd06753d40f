using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Gateway.Storage.Sqlite.Connections;

/// <summary>
/// A connection that prepares each statement once. Statements are constants with the parameters <c>?1</c>, <c>?2</c>, …; a statement is not run
/// again while its rows are still read. For one caller at a time.
/// </summary>
/// <remarks>
/// Statements are run through SQLite's own interface: a command, its parameters by name and a reader for each run cost as much as the statement.
/// </remarks>
internal sealed class PreparedConnection(SqliteConnection connection) : IDisposable
{
    // SQLITE_PREPARE_PERSISTENT: keeps it out of the memory meant for what lives for one statement only.
    private const uint KeptForLong = 1;

    // By reference: the text of a statement is a constant, and hashing it would cost more than finding it.
    private readonly Dictionary<string, sqlite3_stmt> prepared = new(ReferenceEqualityComparer.Instance);

    /// <summary>Runs a statement and returns the number of rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<SqlValue> values)
    {
        var statement = Bind(sql, values);
        try
        {
            while (Step(statement))
            {
                // A pragma that sets something answers with a row.
            }

            return raw.sqlite3_changes(connection.Handle!);
        }
        finally
        {
            Release(statement);
        }
    }

    /// <summary>Runs a statement that inserts a row, and returns its row id.</summary>
    public long Insert(string sql, params ReadOnlySpan<SqlValue> values)
    {
        Execute(sql, values);
        return raw.sqlite3_last_insert_rowid(connection.Handle!);
    }

    /// <summary>Runs a statement that yields one number; null when it yields no row or NULL.</summary>
    public long? Number(string sql, params ReadOnlySpan<SqlValue> values)
    {
        var statement = Bind(sql, values);
        try
        {
            return Step(statement) && new Row(statement) is var row && !row.IsNull(0) ? row.Number(0) : null;
        }
        finally
        {
            Release(statement);
        }
    }

    /// <summary>The first row, or null when there is none.</summary>
    public T? First<T>(string sql, Func<Row, T> read, params ReadOnlySpan<SqlValue> values)
        where T : class
    {
        var statement = Bind(sql, values);
        try
        {
            return Step(statement) ? read(new Row(statement)) : null;
        }
        finally
        {
            Release(statement);
        }
    }

    /// <summary>Every row.</summary>
    public List<T> All<T>(string sql, Func<Row, T> read, params ReadOnlySpan<SqlValue> values)
    {
        var all = new List<T>();
        Each(sql, row => all.Add(read(row)), values);
        return all;
    }

    /// <summary>Calls back for every row, for results too large to hold.</summary>
    public void Each(string sql, Action<Row> read, params ReadOnlySpan<SqlValue> values)
    {
        var statement = Bind(sql, values);
        try
        {
            while (Step(statement))
            {
                read(new Row(statement));
            }
        }
        finally
        {
            Release(statement);
        }
    }

    /// <summary>Runs a script of several statements once, without keeping it prepared.</summary>
    public void Script(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var statement in prepared.Values)
        {
            statement.Dispose();
        }

        connection.Dispose();
    }

    private sqlite3_stmt Bind(string sql, ReadOnlySpan<SqlValue> values)
    {
        if (!prepared.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v3(connection.Handle!, sql, KeptForLong, out statement));
            prepared.Add(sql, statement);
        }

        for (var i = 0; i < values.Length; i++)
        {
            Check(values[i].Bind(statement, i + 1));
        }

        return statement;
    }

    private bool Step(sqlite3_stmt statement)
    {
        var result = raw.sqlite3_step(statement);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        Check(result == raw.SQLITE_DONE ? raw.SQLITE_OK : result);
        return false;
    }

    // What a statement failed with was told by its step.
    private static void Release(sqlite3_stmt statement)
    {
        _ = raw.sqlite3_reset(statement);

        // Its parameters hold copies, of envelopes of 100 KiB as well as of records.
        _ = raw.sqlite3_clear_bindings(statement);
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, connection.Handle);
}
