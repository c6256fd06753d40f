using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gateway.TestKit;

/// <summary>One entry of a log.</summary>
public sealed record LogEntry(LogLevel Level, string? Event, string Message, Exception? Exception)
{
    public override string ToString() => $"{Level} {Event}: {Message} {Exception}";
}

/// <summary>Keeps what was logged, so that a test can ask for it, and fail when something went wrong that it did not expect.</summary>
public sealed class CollectedLog : ILoggerFactory
{
    private readonly ConcurrentQueue<LogEntry> _entries = new();

    public IReadOnlyList<LogEntry> Entries => [.. _entries];

    public bool Has(string eventName) => _entries.Any(entry => entry.Event == eventName);

    /// <summary>Fails on every error that was logged, but for the events named.</summary>
    public void HasNoErrorsBut(params IEnumerable<string> expected) =>
        Assert.DoesNotContain(_entries, entry => entry.Level >= LogLevel.Error && !expected.Contains(entry.Event));

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public ILogger<T> CreateLogger<T>() => new Logger<T>(this);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("the log of a test has no providers");

    public void Dispose()
    {
    }

    private sealed class Logger(CollectedLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log._entries.Enqueue(new LogEntry(logLevel, eventId.Name, formatter(state, exception), exception));
    }
}
