using System.Collections.Concurrent;

namespace Gateway.Exchange.Outbox;

/// <summary>Wakes the sender of a recipient when something was queued for it.</summary>
public sealed class OutboxSignal
{
    private readonly ConcurrentDictionary<string, Action> _listeners = new();

    /// <summary>Something was queued for this recipient. What nobody listens to is found in the store by the next session.</summary>
    public void Wake(string recipient)
    {
        if (_listeners.TryGetValue(recipient, out var listener))
        {
            listener();
        }
    }

    /// <summary>Calls an action, which must not block, whenever something is queued for a recipient, until it is disposed.</summary>
    public IDisposable Listen(string recipient, Action action)
    {
        _listeners.AddOrUpdate(recipient, action, (_, others) => others + action);
        return new Listener(this, recipient, action);
    }

    private void Forget(string recipient, Action action) => _listeners.AddOrUpdate(recipient, static () => { }, (_, others) => (others - action) ?? (static () => { }));

    private sealed class Listener(OutboxSignal signal, string recipient, Action action) : IDisposable
    {
        public void Dispose() => signal.Forget(recipient, action);
    }
}
