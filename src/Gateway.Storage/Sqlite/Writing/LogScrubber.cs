using Gateway.Storage.Sqlite.Connections;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Gateway.Storage.Sqlite.Writing;

/// <summary>How soon the write-ahead log must be emptied.</summary>
internal enum ScrubNeed
{
    /// <summary>Nothing was destroyed.</summary>
    None,

    /// <summary>Content was destroyed in passing.</summary>
    Soon,

    /// <summary>Somebody asked for destruction and waits for it.</summary>
    BeforeCompletion,
}

/// <summary>
/// Empties the write-ahead log after a destruction: the database file has zeros by then, but the log still has the pages as they were
/// before. For the writer's thread alone.
/// </summary>
internal sealed class LogScrubber(TimeSpan interval, ILogger logger)
{
    private ScrubNeed need;
    private long dueAt;
    private bool postponed;

    /// <summary>Time until the log has to be emptied, or null when nothing was destroyed.</summary>
    public TimeSpan? DueIn => need switch
    {
        ScrubNeed.None => null,
        ScrubNeed.BeforeCompletion => TimeSpan.Zero,
        _ => TimeSpan.FromMilliseconds(Math.Max(0, dueAt - Environment.TickCount64)),
    };

    public void Need(ScrubNeed wanted)
    {
        if (need == ScrubNeed.None)
        {
            dueAt = Environment.TickCount64 + (long)interval.TotalMilliseconds;
        }

        need = wanted > need ? wanted : need;
    }

    /// <summary>Empties the log if it is time. A reader that holds on to the log postpones it: erasure must not stop the exchange.</summary>
    public void RunIfDue(PreparedConnection? connection)
    {
        if (DueIn != TimeSpan.Zero)
        {
            return;
        }

        if (connection is not null && TryEmpty(connection))
        {
            Done();
            return;
        }

        Postpone();
    }

    /// <summary>Merges the log into the database file and cuts it to nothing; false when a reader or the disk prevents it.</summary>
    public static bool TryEmpty(PreparedConnection connection)
    {
        try
        {
            // Readers of this process end in microseconds; a long one, such as a check of the whole file, must not hold up the writer.
            connection.Execute("PRAGMA busy_timeout = 200");
            return connection.Number("PRAGMA wal_checkpoint(TRUNCATE)") == 0;
        }
        catch (SqliteException)
        {
            // What was committed stays committed in the log; a disk that fails for good fails the next group, with a reason.
            return false;
        }
        finally
        {
            connection.Execute("PRAGMA busy_timeout = 5000");
        }
    }

    private void Done()
    {
        need = ScrubNeed.None;
        if (postponed)
        {
            postponed = false;
            logger.ScrubCompleted();
        }
    }

    private void Postpone()
    {
        need = ScrubNeed.Soon;
        dueAt = Environment.TickCount64 + (long)interval.TotalMilliseconds;
        if (!postponed)
        {
            postponed = true;
            logger.ScrubPostponed(interval);
        }
    }
}
