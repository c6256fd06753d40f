using Gateway.Exchange.Delivery;
using Gateway.Storage.Sqlite.Connections;
using Gateway.Storage.Sqlite.Evidence;
using Gateway.Storage.Sqlite.Outbox;
using Microsoft.Data.Sqlite;

namespace Gateway.Storage.Sqlite.Writing;

/// <summary>The writer's connection and what it keeps in memory so as not to read it back for every operation.</summary>
internal sealed class WriteSession : IDisposable
{
    private readonly LogScrubber scrubber;
    private EvidenceHead headBefore;
    private long openEntriesBefore;

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

    /// <summary>Ids of outbound channels, those that are new in this transaction included.</summary>
    public Dictionary<ChannelKey, long> OutboundChannelIds { get; } = [];

    /// <summary>Says that the transaction destroys content, so that older copies in the write-ahead log have to go too.</summary>
    public void Destroys(ScrubNeed need) => scrubber.Need(need);

    /// <summary>Begins the transaction of a group.</summary>
    public void Begin()
    {
        (headBefore, openEntriesBefore) = (Head, OpenEntries);
        Connection.Execute("BEGIN IMMEDIATE");
    }

    /// <summary>Takes back everything since <see cref="Begin"/> and begins anew.</summary>
    public void BeginAgain()
    {
        Connection.Execute("ROLLBACK");
        Forget(headBefore, openEntriesBefore);
        Begin();
    }

    /// <summary>Runs one operation.</summary>
    /// <returns>False when it failed for itself: what it left in the transaction is not whole, and nothing of it may be committed.</returns>
    /// <exception cref="SqliteException">The disk failed, and with it the whole group.</exception>
    public bool TryRun(WriteOperation operation) => Run(operation) is null;

    /// <summary>Runs one operation so that it either happens whole or leaves no trace in the transaction of its group.</summary>
    /// <returns>Why it failed, for its caller alone, or null.</returns>
    /// <exception cref="SqliteException">The disk failed, and with it the whole group.</exception>
    public Exception? RunApart(WriteOperation operation)
    {
        var (head, openEntries) = (Head, OpenEntries);
        Connection.Execute("SAVEPOINT operation");
        var failure = Run(operation);
        if (failure is not null)
        {
            Connection.Execute("ROLLBACK TO operation");
            Forget(head, openEntries);
        }

        Connection.Execute("RELEASE operation");
        return failure;
    }

    public void Dispose() => Connection.Dispose();

    private Exception? Run(WriteOperation operation)
    {
        try
        {
            operation.Run(this);
            return null;
        }
        catch (SqliteException e) when (SqliteFailure.IsOfOperation(e))
        {
            return new InvalidOperationException("The schema refused the operation.", e);
        }
        catch (Exception e) when (e is not SqliteException)
        {
            // Whatever it is belongs to the caller who brought the operation; the group must neither stop for it nor hide it.
            return e;
        }
    }

    private void Forget(EvidenceHead head, long openEntries)
    {
        (Head, OpenEntries) = (head, openEntries);
        OutboundChannelIds.Clear();
    }
}
