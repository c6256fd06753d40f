using Gateway.Exchange.Evidence;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Sqlite.Schema;
using Microsoft.Data.Sqlite;

namespace Gateway.Storage.Sqlite.Check;

/// <summary>Checks a whole store: its pages, its evidence chain, its sequences, counters and receipts, and that destroyed is destroyed.</summary>
public static class StoreCheck
{
    /// <summary>
    /// Checks the store in this file, in use or not, and reports everything that does not hold. It changes nothing and reads one snapshot,
    /// so a node at work does not disturb it; on large files it takes minutes, during which the write-ahead log cannot be emptied.
    /// </summary>
    /// <param name="path">The database file.</param>
    /// <param name="cancellationToken">Ends the check early.</param>
    public static Task<StoreCheckReport> VerifyAsync(string path, CancellationToken cancellationToken) =>
        Task.Run(() => Verify(path, cancellationToken), cancellationToken);

    private static StoreCheckReport Verify(string path, CancellationToken cancellationToken)
    {
        var findings = new List<StoreFinding>();
        var evidence = new EvidenceCheck();
        if (!File.Exists(path))
        {
            findings.Add(new StoreFinding("file", "there is no such file"));
            return new StoreCheckReport(findings, 0, EvidenceChain.Genesis);
        }

        try
        {
            using var connection = ConnectionOpener.OpenReader(path);
            connection.Execute("BEGIN");
            RunAll(connection, findings, evidence, cancellationToken);
        }
        catch (SqliteException e)
        {
            // The finding of findings: whatever follows cannot be read at all.
            findings.Add(new StoreFinding("file", FormattableString.Invariant($"not readable, SQLite error {e.SqliteErrorCode}/{e.SqliteExtendedErrorCode}")));
        }

        return new StoreCheckReport(findings, evidence.Head.Position, evidence.Head.Hash);
    }

    private static void RunAll(PreparedConnection connection, List<StoreFinding> findings, EvidenceCheck evidence, CancellationToken cancellationToken)
    {
        var version = connection.Number("PRAGMA user_version");
        if (connection.Number("PRAGMA application_id") != SchemaMigrations.ApplicationId || version != SchemaMigrations.Newest)
        {
            findings.Add(new StoreFinding("schema", $"version {version}; this program checks stores of version {SchemaMigrations.Newest}"));
            return;
        }

        findings.AddRange(PageCheck.Full(connection).Select(problem => new StoreFinding("pages", problem)));
        cancellationToken.ThrowIfCancellationRequested();
        findings.AddRange(ConsistencyCheck.Run(connection));
        findings.AddRange(evidence.Run(connection, cancellationToken).Select(problem => new StoreFinding("evidence chain", problem)));
    }
}
