using System.Diagnostics.Metrics;
using Gateway.Storage.Sqlite;
using Gateway.TestKit;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Storage.Tests.Sqlite;

/// <summary>A folder for one store, and ways to look behind it.</summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly TempFolder folder = new();

    public string Path => folder["exchange.db"];

    public string FolderPath => folder.Path;

    public StoreOpenResult TryOpen(SqliteStoreOptions? options = null, ILogger? logger = null, IMeterFactory? meters = null)
    {
        options ??= new SqliteStoreOptions();
        options.Path = Path;
        return SqliteExchangeStore.Open(options, logger ?? NullLogger.Instance, meters);
    }

    public SqliteExchangeStore Open(SqliteStoreOptions? options = null, ILogger? logger = null, IMeterFactory? meters = null)
    {
        var result = TryOpen(options, logger, meters);
        Assert.Equal((StoreOpenOutcome.Opened, ""), (result.Outcome, result.Explanation));
        return result.Store!;
    }

    /// <summary>Does to the file what a program bug or somebody with rights on the disk could.</summary>
    public void Tamper(string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Puts files as they were found elsewhere into this folder, for their owner alone.</summary>
    public void Restore(Dictionary<string, byte[]> files)
    {
        foreach (var (name, bytes) in files)
        {
            var path = folder.Write(System.IO.Path.GetFileName(name), bytes);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }
    }

    /// <summary>Which of these byte strings, at least 16 long, lie anywhere in the database file or its log.</summary>
    public IReadOnlyList<byte[]> FindInFiles(IEnumerable<byte[]> needles)
    {
        var byStart = needles.ToLookup(needle => BitConverter.ToUInt64(needle));
        var found = new HashSet<byte[]>();
        foreach (var file in new[] { Path, Path + "-wal" }.Where(File.Exists))
        {
            var bytes = File.ReadAllBytes(file);
            for (var i = 0; i + 8 <= bytes.Length; i++)
            {
                // The first 8 bytes decide: a copy that was partly overwritten counts too.
                found.UnionWith(byStart[BitConverter.ToUInt64(bytes, i)]);
            }
        }

        return [.. found];
    }

    public void Dispose() => folder.Dispose();
}
