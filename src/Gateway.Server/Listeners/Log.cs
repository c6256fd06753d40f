using Gateway.Sealing.Certificates;

namespace Gateway.Server.Listeners;

internal static partial class Log
{
    [LoggerMessage(EventId = 5201, EventName = "CallerWithoutCertificate", Level = LogLevel.Warning, Message = "A caller offered no certificate and was refused")]
    public static partial void CallerWithoutCertificate(this ILogger log);

    [LoggerMessage(EventId = 5202, EventName = "CallerRefused", Level = LogLevel.Warning, Message = "The certificate with serial {Serial} was refused: {Outcome}")]
    public static partial void CallerRefused(this ILogger log, CertificateOutcome outcome, string serial);

    [LoggerMessage(EventId = 5203, EventName = "ConnectionDropped", Level = LogLevel.Warning, Message = "A connection {Whose} was dropped: it is above the number of {Limit}")]
    public static partial void ConnectionDropped(this ILogger log, string whose, string limit);
}
