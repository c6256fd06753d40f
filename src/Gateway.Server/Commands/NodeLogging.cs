using Microsoft.Extensions.Logging.Console;

namespace Gateway.Server.Commands;

/// <summary>Where a node's log goes: one line an event on standard output, as service managers expect it.</summary>
internal static class NodeLogging
{
    public static ILoggerFactory ToConsole() => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Information)
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter("Grpc", LogLevel.Warning)
        .AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        }));
}
