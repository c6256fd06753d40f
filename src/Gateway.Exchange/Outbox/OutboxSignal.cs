using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Gateway.Exchange.Outbox;

/// <summary>Wakes the sender of a recipient when something was queued. A wake-up that comes while one is pending is the same wake-up.</summary>
public sealed class OutboxSignal
{
    private readonly ConcurrentDictionary<string, Channel<bool>> _pending = new();

    /// <summary>Something was queued for this recipient.</summary>
    public void Wake(string recipient) => Of(recipient).Writer.TryWrite(true);

    /// <summary>Returns when something was queued since the last time.</summary>
    public async Task WaitAsync(string recipient, CancellationToken cancellationToken) => await Of(recipient).Reader.ReadAsync(cancellationToken);

    private Channel<bool> Of(string recipient) =>
        _pending.GetOrAdd(recipient, _ => Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }));
}
