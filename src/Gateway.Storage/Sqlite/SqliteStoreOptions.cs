namespace Gateway.Storage.Sqlite;

/// <summary>Where the embedded store lives and how much it takes.</summary>
public sealed class SqliteStoreOptions
{
    internal const int PageBytes = 4096;

    /// <summary>
    /// The database file; <c>-wal</c>, <c>-shm</c> and <c>.lock</c> files lie beside it. Default <c>exchange.db</c> in the working folder.
    /// Must be on a local disk: a network share does not keep the locks that hold off a second writer.
    /// </summary>
    public string Path { get; set; } = "exchange.db";

    /// <summary>
    /// Entries without a receipt above which nothing more is queued. Default 5,000,000. Raise it when peers are away for longer than the
    /// backlog lasts; each entry takes about 1 KiB.
    /// </summary>
    public long OutboxEntriesMax { get; set; } = 5_000_000;

    /// <summary>Operations that share one commit at most. Default 1,000. More raises throughput under load and the wait of each caller.</summary>
    public int GroupOperationsMax { get; set; } = 1_000;

    /// <summary>How long a group is filled before it is committed, however many wait. Default 100 ms: it bounds the memory one commit takes.</summary>
    public TimeSpan GroupTimeMax { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Operations that wait for the writer at most; further callers wait for a place. Default 8,192.</summary>
    public int QueuedOperationsMax { get; set; } = 8_192;

    /// <summary>Reads at the same time, each on a connection of its own. Default 4.</summary>
    public int ReadersMax { get; set; } = 4;

    /// <summary>
    /// How long content destroyed in passing (superseded or now inside an envelope) may linger in the write-ahead log. Default 5 s. An
    /// erasure that was asked for does not wait for it: its log is emptied before the caller hears.
    /// </summary>
    public TimeSpan ScrubInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Largest size of the database file in bytes; 0, the default, leaves it to the disk. Set it to keep room for others on the same disk.
    /// It is read whenever the writer opens the file, so raising it ends a full store without a restart.
    /// </summary>
    public long DatabaseBytesMax { get; set; }

    /// <summary>
    /// Files up to this size are checked page by page when the store opens. Default 256 MiB, about a second. Larger ones are left to
    /// <see cref="Check.StoreCheck"/>.
    /// </summary>
    public long OpenCheckBytesMax { get; set; } = 256L << 20;

    /// <summary>All findings on these options, each with the setting, the rule and a remedy; empty when they hold.</summary>
    public IReadOnlyList<string> Validate()
    {
        var findings = new List<string>();
        Require(findings, !string.IsNullOrWhiteSpace(Path), "Storage:Path is empty; name the database file.");
        Require(findings, OutboxEntriesMax >= 1, $"Storage:OutboxEntriesMax ({OutboxEntriesMax}) is below 1; nothing could be queued.");
        Require(findings, GroupOperationsMax is >= 1 and <= 100_000, $"Storage:GroupOperationsMax ({GroupOperationsMax}) is not in 1 to 100000.");
        Require(findings, GroupTimeMax > TimeSpan.Zero && GroupTimeMax <= TimeSpan.FromSeconds(10), $"Storage:GroupTimeMax ({GroupTimeMax}) is not above 0 and at most 10 s.");
        Require(findings, QueuedOperationsMax is >= 1 and <= 1_000_000, $"Storage:QueuedOperationsMax ({QueuedOperationsMax}) is not in 1 to 1000000.");
        Require(findings, ReadersMax is >= 1 and <= 64, $"Storage:ReadersMax ({ReadersMax}) is not in 1 to 64.");
        Require(findings, ScrubInterval > TimeSpan.Zero && ScrubInterval <= TimeSpan.FromHours(1), $"Storage:ScrubInterval ({ScrubInterval}) is not above 0 and at most 1 h.");
        Require(findings, DatabaseBytesMax is 0 or >= 64 * PageBytes, $"Storage:DatabaseBytesMax ({DatabaseBytesMax}) is below {64 * PageBytes}; raise it, or 0 for no limit.");
        Require(findings, OpenCheckBytesMax >= 0, $"Storage:OpenCheckBytesMax ({OpenCheckBytesMax}) is negative; 0 checks nothing at open.");
        return findings;
    }

    private static void Require(List<string> findings, bool holds, string finding)
    {
        if (!holds)
        {
            findings.Add(finding);
        }
    }
}
