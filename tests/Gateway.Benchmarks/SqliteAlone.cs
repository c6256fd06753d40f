using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Gateway.Benchmarks;

/// <summary>What the disk and SQLite allow: one row a mapping, twice, since two nodes keep it; WAL, synchronous=FULL, groups of 256.</summary>
internal sealed class SqliteAlone : IDisposable
{
    private const int RowBytes = 450;
    private const int GroupRows = 256;
    private const int Sides = 2;

    private readonly SqliteConnection _connection;

    public SqliteAlone(string path)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        _connection.Open();
        Execute(_connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE kept(id BLOB PRIMARY KEY, content BLOB NOT NULL) WITHOUT ROWID;");
    }

    public double MappingsPerSecond(int mappings)
    {
        var started = Stopwatch.GetTimestamp();
        for (var done = 0; done < mappings * Sides; done += GroupRows)
        {
            InsertGroup(_connection, Math.Min(GroupRows, (mappings * Sides) - done));
        }

        return mappings / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    public void Dispose() => _connection.Dispose();

    private static void InsertGroup(SqliteConnection connection, int rows)
    {
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = "INSERT INTO kept(id, content) VALUES ($id, $content)";
        var id = insert.Parameters.Add("$id", SqliteType.Blob);
        insert.Parameters.AddWithValue("$content", new byte[RowBytes]);
        for (var row = 0; row < rows; row++)
        {
            id.Value = RandomNumberGenerator.GetBytes(16);
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
