using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Gateway.Storage.Sqlite.Connections;

/// <summary>Read-only connections. Each read sees what was committed when it began, and never waits for the writer.</summary>
internal sealed class ReaderPool(string path, int readersMax) : IAsyncDisposable
{
    private readonly SemaphoreSlim places = new(readersMax);
    private readonly ConcurrentStack<PreparedConnection> idle = new();
    private volatile bool closing;

    /// <summary>Runs a read inside one snapshot. It runs on the caller's thread: such reads take microseconds, and a hop costs as much.</summary>
    /// <exception cref="Exchange.StoreUnavailableException">The file cannot be read.</exception>
    public Task<T> ReadAsync<T>(Func<PreparedConnection, T> read, CancellationToken cancellationToken) => ReadAsync(read, inSnapshot: true, cancellationToken);

    /// <summary>Runs a read of one statement, which is a snapshot of its own: beginning and ending one costs as much again.</summary>
    /// <exception cref="Exchange.StoreUnavailableException">The file cannot be read.</exception>
    public Task<T> ReadOneAsync<T>(Func<PreparedConnection, T> read, CancellationToken cancellationToken) => ReadAsync(read, inSnapshot: false, cancellationToken);

    private async Task<T> ReadAsync<T>(Func<PreparedConnection, T> read, bool inSnapshot, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(closing, typeof(SqliteExchangeStore));
        await places.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(closing, typeof(SqliteExchangeStore));
            return Read(read, inSnapshot);
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>Waits for the reads under way, then closes the connections. Later reads are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        if (closing)
        {
            return;
        }

        closing = true;
        for (var i = 0; i < readersMax; i++)
        {
            await places.WaitAsync();
        }

        while (idle.TryPop(out var connection))
        {
            connection.Dispose();
        }

        // Those who wait for a place find the pool closed.
        places.Release();
    }

    private T Read<T>(Func<PreparedConnection, T> read, bool inSnapshot)
    {
        PreparedConnection? connection = null;
        try
        {
            connection = idle.TryPop(out var kept) ? kept : ConnectionOpener.OpenReader(path);
            if (inSnapshot)
            {
                connection.Execute("BEGIN");
            }

            var result = read(connection);
            if (inSnapshot)
            {
                connection.Execute("COMMIT");
            }

            idle.Push(connection);
            connection = null;
            return result;
        }
        catch (SqliteException e)
        {
            throw SqliteFailure.Unavailable(e);
        }
        finally
        {
            // Only a connection whose read failed is still here; its state is unknown.
            connection?.Dispose();
        }
    }
}
