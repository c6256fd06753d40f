using System.Reflection;
using Gateway.Deidentification.Pipeline;
using Gateway.Exchange;
using Gateway.Sealing.Keys;
using Gateway.Server.Hosting;
using Gateway.Storage.Sqlite;
using Microsoft.Extensions.Logging;

namespace Gateway.Server.Tests.Architecture;

public sealed class LogEventTests
{
    private static readonly Assembly[] Assemblies =
        [typeof(SigningKey).Assembly, typeof(StreamDeidentifier).Assembly, typeof(IExchangeStore).Assembly, typeof(SqliteExchangeStore).Assembly, typeof(GatewayNode).Assembly];

    /// <summary>Operators set alarms on these numbers: one that means two things wakes the wrong person.</summary>
    [Fact]
    public void Every_log_event_has_a_number_and_a_name_of_its_own()
    {
        var events = Assemblies
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .ToArray();

        Assert.True(events.Length > 50, "the log events were not found");
        Assert.Empty(events.GroupBy(logged => logged.EventId).Where(same => same.Count() > 1).Select(same => $"{same.Key}: {string.Join(", ", same.Select(logged => logged.EventName))}"));
        Assert.Empty(events.GroupBy(logged => logged.EventName).Where(same => same.Count() > 1).Select(same => $"{same.Key}: {string.Join(", ", same.Select(logged => logged.EventId))}"));
    }
}
