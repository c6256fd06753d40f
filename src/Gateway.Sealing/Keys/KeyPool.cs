using System.Collections.Concurrent;

namespace Gateway.Sealing.Keys;

/// <summary>
/// Key objects for callers on several threads. The platform does not promise that one object may be used by two threads at once, and
/// importing a key for every message costs more than using it.
/// </summary>
internal sealed class KeyPool<TKey>(Func<TKey> import) : IDisposable
    where TKey : class, IDisposable
{
    private readonly ConcurrentBag<TKey> _idle = [];
    private volatile bool _disposed;

    public TResult Use<TState, TResult>(TState state, Func<TKey, TState, TResult> use)
        where TState : allows ref struct
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var key = _idle.TryTake(out var pooled) ? pooled : import();
        try
        {
            return use(key, state);
        }
        finally
        {
            _idle.Add(key);
            if (_disposed)
            {
                Dispose();
            }
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var key))
        {
            key.Dispose();
        }
    }
}
