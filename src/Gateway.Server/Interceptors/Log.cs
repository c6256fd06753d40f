namespace Gateway.Server.Interceptors;

internal static partial class Log
{
    [LoggerMessage(EventId = 5101, EventName = "UnexpectedError", Level = LogLevel.Error, Message = "{Method} failed with {ExceptionType}")]
    public static partial void Unexpected(this ILogger log, string method, string exceptionType, Exception exception);

    [LoggerMessage(EventId = 5102, EventName = "BackendRefused", Level = LogLevel.Warning, Message = "Backend {Backend} was refused {Method}: {Code}")]
    public static partial void BackendRefused(this ILogger log, string backend, string method, string code);
}
