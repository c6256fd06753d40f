using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Gateway.Storage.Tests.Sqlite;

/// <summary>Keeps what was logged.</summary>
internal sealed class CollectedLog : ILogger
{
    private readonly ConcurrentQueue<(EventId Id, LogLevel Level, string Text)> entries = new();

    public IReadOnlyCollection<(EventId Id, LogLevel Level, string Text)> Entries => entries;

    public bool Has(string eventName) => entries.Any(entry => entry.Id.Name == eventName);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        entries.Enqueue((eventId, logLevel, formatter(state, exception)));
}
