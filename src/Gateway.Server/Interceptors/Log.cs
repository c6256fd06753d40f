using Gateway.Sealing.Certificates;

namespace Gateway.Server.Interceptors;

internal static partial class Log
{
    [LoggerMessage(EventId = 5101, EventName = "UnexpectedError", Level = LogLevel.Error, Message = "{Method} failed with {ExceptionType}")]
    public static partial void Unexpected(this ILogger log, string method, string exceptionType, Exception exception);

    [LoggerMessage(EventId = 5102, EventName = "BackendRefused", Level = LogLevel.Warning, Message = "Backend {Backend} was refused {Method}: {Code}")]
    public static partial void BackendRefused(this ILogger log, string backend, string method, string code);

    [LoggerMessage(EventId = 5103, EventName = "LookUpsCutOff", Level = LogLevel.Error, Message = "{Backend} asks again and again for mappings that are not there and is cut off until it asks less: find out what it is looking for")]
    public static partial void LookUpsCutOff(this ILogger log, GatewayUri backend);
}
