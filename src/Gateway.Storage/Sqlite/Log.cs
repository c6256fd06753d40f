using Gateway.Exchange;
using Microsoft.Extensions.Logging;

namespace Gateway.Storage.Sqlite;

internal static partial class Log
{
    [LoggerMessage(EventId = 4000, EventName = "StoreOpened", Level = LogLevel.Information,
        Message = "Store {Path} is open with {Events} evidence events and {OpenEntries} open outbox entries")]
    public static partial void StoreOpened(this ILogger logger, string path, long events, long openEntries);

    [LoggerMessage(EventId = 4001, EventName = "StoreRefused", Level = LogLevel.Error,
        Message = "Store {Path} was not opened, {Outcome}: {Explanation}")]
    public static partial void StoreRefused(this ILogger logger, string path, StoreOpenOutcome outcome, string explanation);

    [LoggerMessage(EventId = 4002, EventName = "StoreMigrated", Level = LogLevel.Information,
        Message = "Store schema moved from version {From} to {To}")]
    public static partial void StoreMigrated(this ILogger logger, int from, int to);

    [LoggerMessage(EventId = 4003, EventName = "StoreClosed", Level = LogLevel.Information, Message = "Store {Path} is closed")]
    public static partial void StoreClosed(this ILogger logger, string path);

    [LoggerMessage(EventId = 4100, EventName = "GroupFailed", Level = LogLevel.Error,
        Message = "A group of {Operations} operations was not kept, {Reason}; SQLite error {SqliteError}. Busy though no other program holds the file is a lock that could not be given back: restart the node, it ends with the process")]
    public static partial void GroupFailed(this ILogger logger, int operations, StoreUnavailableReason reason, int sqliteError);

    [LoggerMessage(EventId = 4101, EventName = "WriterReopened", Level = LogLevel.Information,
        Message = "The writer opened the store again after a failed group")]
    public static partial void WriterReopened(this ILogger logger);

    [LoggerMessage(EventId = 4102, EventName = "ScrubPostponed", Level = LogLevel.Warning,
        Message = "Destroyed content still lies in the write-ahead log because a reader holds it; trying again after {Interval}")]
    public static partial void ScrubPostponed(this ILogger logger, TimeSpan interval);

    [LoggerMessage(EventId = 4103, EventName = "ScrubCompleted", Level = LogLevel.Information,
        Message = "The postponed emptying of the write-ahead log is done")]
    public static partial void ScrubCompleted(this ILogger logger);

    [LoggerMessage(EventId = 4104, EventName = "CloseIncomplete", Level = LogLevel.Warning,
        Message = "The write-ahead log was not merged while closing; the next open does it")]
    public static partial void CloseIncomplete(this ILogger logger);
}
