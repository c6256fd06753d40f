using System.Threading.Channels;

namespace Gateway.Exchange.Delivery;

/// <summary>Wakes one sleeper. Waking that comes while one is pending, or before anybody sleeps, is one waking and is not lost.</summary>
internal sealed class Wake(TimeProvider time)
{
    private readonly Channel<bool> _pending = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Up() => _pending.Writer.TryWrite(true);

    /// <summary>Sleeps until somebody wakes it, or for so long.</summary>
    public async Task SleepAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var alarm = time.CreateTimer(static state => ((Wake)state!).Up(), this, atMost, Timeout.InfiniteTimeSpan);
        await _pending.Reader.ReadAsync(cancellationToken);
    }
}
