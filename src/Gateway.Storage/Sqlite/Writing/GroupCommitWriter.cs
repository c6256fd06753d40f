using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Gateway.Exchange;
using Gateway.Storage.Sqlite.Connections;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Gateway.Storage.Sqlite.Writing;

/// <summary>
/// The one writer. One fsync costs milliseconds and carries a thousand operations as well as one, so:
///   1 operations wait in a bounded queue;
///   2 the writer runs those that wait inside one transaction; when one of them fails for itself, which is rare, they all run again, each
///     under a savepoint of its own, because a savepoint copies every page an operation touches and costs as much as the operation;
///   3 it commits;
///   4 it empties the write-ahead log when something was to be destroyed;
///   5 only then the callers hear.
/// When 2 or 3 fails for the disk, nothing of the group is kept, its callers are told so, and the next group opens the file anew.
/// </summary>
internal sealed class GroupCommitWriter : IAsyncDisposable
{
    private readonly SqliteStoreOptions options;
    private readonly ILogger logger;
    private readonly Channel<WriteOperation> queue;
    private readonly List<(WriteOperation Operation, Exception? Failure)> group;
    private readonly LogScrubber scrubber;
    private readonly StoreMetrics metrics;
    private readonly Task running;
    private WriteSession? session;

    public GroupCommitWriter(SqliteStoreOptions options, PreparedConnection connection, IMeterFactory? meterFactory, ILogger logger)
    {
        this.options = options;
        this.logger = logger;
        queue = Channel.CreateBounded<WriteOperation>(new BoundedChannelOptions(options.QueuedOperationsMax) { SingleReader = true });
        group = new List<(WriteOperation, Exception?)>(options.GroupOperationsMax);
        scrubber = new LogScrubber(options.ScrubInterval, logger);
        session = new WriteSession(connection, scrubber);
        logger.StoreOpened(options.Path, session.Head.Position, session.OpenEntries);
        metrics = new StoreMetrics(meterFactory, () => queue.Reader.Count);

        // A thread of its own: it blocks in fsync, and a pool thread would be missing to everybody else.
        running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Runs a change in the next group. Cancelling works while it waits; once it is in a group its caller hears the truth.</summary>
    /// <exception cref="StoreUnavailableException">The group was not kept.</exception>
    public async Task<T> RunAsync<T>(Func<WriteSession, T> body, CancellationToken cancellationToken)
    {
        var operation = new WriteOperation<T>(body);
        try
        {
            await queue.Writer.WriteAsync(operation, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(SqliteExchangeStore));
        }

        return await operation.WaitAsync(cancellationToken);
    }

    /// <summary>Takes no more operations, finishes those that wait, and merges the log.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await running;
        metrics.Dispose();
    }

    private void Run()
    {
        while (WaitForOperations())
        {
            RunGroup();
            group.Clear();
        }

        Close();
    }

    private bool WaitForOperations()
    {
        var waiting = queue.Reader.WaitToReadAsync().AsTask();
        while (scrubber.DueIn is { } due && !waiting.Wait(due))
        {
            scrubber.RunIfDue(session?.Connection);
        }

        return waiting.GetAwaiter().GetResult();
    }

    private void RunGroup()
    {
        try
        {
            session ??= Reopen();
            session.Begin();
            TakeAndRun(session);
            var began = Stopwatch.GetTimestamp();
            session.Connection.Execute("COMMIT");
            metrics.Committed(group.Count, Stopwatch.GetElapsedTime(began));
        }
        catch (Exception e)
        {
            // Whatever it is, callers wait for an answer and later groups for a writer: neither may hang on one that ended in silence.
            Abandon(e);
            return;
        }

        scrubber.RunIfDue(session.Connection);
        foreach (var (operation, failure) in group)
        {
            Tell(operation, failure);
        }
    }

    private void TakeAndRun(WriteSession current)
    {
        var began = Stopwatch.GetTimestamp();
        var apart = false;
        while (group.Count < options.GroupOperationsMax && Stopwatch.GetElapsedTime(began) < options.GroupTimeMax && queue.Reader.TryRead(out var operation))
        {
            if (!operation.TryTake())
            {
                continue;
            }

            // In the group before it runs: when the disk fails under it, it must hear with the others.
            group.Add((operation, null));
            if (apart)
            {
                group[^1] = (operation, current.RunApart(operation));
            }
            else if (!current.TryRun(operation))
            {
                apart = true;
                RunAgainApart(current);
            }
        }
    }

    private void RunAgainApart(WriteSession current)
    {
        current.BeginAgain();
        for (var i = 0; i < group.Count; i++)
        {
            group[i] = (group[i].Operation, current.RunApart(group[i].Operation));
        }
    }

    private void Abandon(Exception cause)
    {
        session?.Dispose();
        session = null;

        // Without a file not one operation was taken; those that wait would meet the same, over and over.
        while (group.Count < options.GroupOperationsMax && queue.Reader.TryRead(out var operation))
        {
            if (operation.TryTake())
            {
                group.Add((operation, null));
            }
        }

        var failure = cause as StoreUnavailableException ?? (cause is SqliteException e
            ? SqliteFailure.Unavailable(e)
            : new StoreUnavailableException(StoreUnavailableReason.Failing, "The store is not available; the cause is attached.", cause));
        logger.GroupFailed(group.Count, failure.Reason, (cause as SqliteException)?.SqliteExtendedErrorCode ?? 0);
        foreach (var (operation, ownFailure) in group)
        {
            operation.Fail(ownFailure ?? failure);
        }
    }

    private WriteSession Reopen()
    {
        var reopened = new WriteSession(ConnectionOpener.OpenWriter(options), scrubber);
        logger.WriterReopened();
        return reopened;
    }

    private void Close()
    {
        if (session is not null)
        {
            if (!LogScrubber.TryEmpty(session.Connection))
            {
                logger.CloseIncomplete();
            }

            session.Dispose();
        }

        logger.StoreClosed(options.Path);
    }

    private static void Tell(WriteOperation operation, Exception? failure)
    {
        if (failure is null)
        {
            operation.Complete();
        }
        else
        {
            operation.Fail(failure);
        }
    }
}
