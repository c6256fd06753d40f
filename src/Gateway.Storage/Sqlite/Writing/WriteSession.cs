using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Sqlite.Evidence;
using Gateway.Storage.Sqlite.Outbox;
using Microsoft.Data.Sqlite;

namespace Gateway.Storage.Sqlite.Writing;

/// <summary>The writer's connection and what it keeps in memory so as not to read it back for every operation.</summary>
internal sealed class WriteSession : IDisposable
{
    private readonly LogScrubber scrubber;

    public WriteSession(PreparedConnection connection, LogScrubber scrubber)
    {
        this.scrubber = scrubber;
        Connection = connection;
        Head = EvidenceTable.ReadHead(connection);
        OpenEntries = OutboundChannels.SumOpenEntries(connection);
    }

    public PreparedConnection Connection { get; }

    /// <summary>Last event of the chain, the ones of this transaction included.</summary>
    public EvidenceHead Head { get; set; }

    /// <summary>Outbox entries without a receipt, over all channels.</summary>
    public long OpenEntries { get; set; }

    /// <summary>Says that the transaction destroys content, so that older copies in the write-ahead log have to go too.</summary>
    public void Destroys(ScrubNeed need) => scrubber.Need(need);

    /// <summary>Runs one operation so that it either happens whole or leaves no trace in the transaction of its group.</summary>
    /// <returns>Why it failed, for its caller alone, or null.</returns>
    /// <exception cref="SqliteException">The disk failed, and with it the whole group.</exception>
    public Exception? TryRun(WriteOperation operation)
    {
        var (head, openEntries) = (Head, OpenEntries);
        Connection.Execute("SAVEPOINT operation");
        Exception? failure = null;
        try
        {
            operation.Run(this);
        }
        catch (SqliteException e) when (SqliteFailure.IsOfOperation(e))
        {
            failure = new InvalidOperationException("The schema refused the operation.", e);
        }
        catch (Exception e) when (e is not SqliteException)
        {
            // Whatever it is belongs to the caller who brought the operation; the group must neither stop for it nor hide it.
            failure = e;
        }

        if (failure is not null)
        {
            (Head, OpenEntries) = (head, openEntries);
            Connection.Execute("ROLLBACK TO operation");
        }

        Connection.Execute("RELEASE operation");
        return failure;
    }

    public void Dispose() => Connection.Dispose();
}
