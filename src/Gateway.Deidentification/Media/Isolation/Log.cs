using Microsoft.Extensions.Logging;

namespace Gateway.Deidentification.Media.Isolation;

/// <summary>Events 1300 to 1319. No field ever comes from an image.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1300, EventName = "WorkerLost", Level = LogLevel.Warning, Message = "A decoder process died of a picture or was ended by its limits; the picture was refused")]
    public static partial void WorkerLost(ILogger logger);

    [LoggerMessage(EventId = 1301, EventName = "WorkerNotStarted", Level = LogLevel.Error, Message = "A decoder process could not be started ({ExceptionType}); pictures are refused until one can")]
    public static partial void WorkerNotStarted(ILogger logger, string exceptionType);
}
