namespace Gateway.Exchange.Delivery;

/// <summary>When the ledger of each channel of a link has to be compared again; it outlives sessions.</summary>
internal sealed class ReconcileSchedule(TimeSpan interval, TimeProvider time)
{
    private readonly Lock _changing = new();
    private readonly Dictionary<ChannelKey, long> _begun = [];

    /// <summary>True when it is time, and from then on not before the next time.</summary>
    public bool TryBegin(ChannelKey channel)
    {
        lock (_changing)
        {
            if (_begun.TryGetValue(channel, out var before) && time.GetElapsedTime(before) < interval)
            {
                return false;
            }

            _begun[channel] = time.GetTimestamp();
            return true;
        }
    }

    /// <summary>It is time for every channel.</summary>
    public void BeginAll()
    {
        lock (_changing)
        {
            _begun.Clear();
        }
    }
}
