using Microsoft.Extensions.Logging.Console;

namespace Gateway.Server.Commands;

/// <summary>Where a node's log goes: one line an event on standard output, as service managers expect it.</summary>
internal static class NodeLogging
{
    public static ILoggerFactory ToConsole() => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Information)
        .AddFilter("Microsoft", LogLevel.Warning)

        // What a handler did not expect is logged as 5101. The framework's own errors are requests it could not read: a caller could fill
        // the log with their stack traces.
        .AddFilter("Grpc", LogLevel.Critical)
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        }));
}
