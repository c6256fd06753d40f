namespace Gateway.Exchange.Inbox;

/// <summary>So many of something at once, and as many again as time gives back. May be used by several threads.</summary>
/// <param name="atOnceMax">How many at once.</param>
/// <param name="perMinute">How many come back in a minute.</param>
/// <param name="time">Clock.</param>
internal sealed class Allowance(int atOnceMax, int perMinute, TimeProvider time)
{
    private readonly Lock _taking = new();
    private double _left = atOnceMax;
    private long _at = time.GetTimestamp();

    /// <summary>True when nothing is left at the moment.</summary>
    public bool IsUsedUp
    {
        get
        {
            lock (_taking)
            {
                Refill();
                return _left < 1;
            }
        }
    }

    /// <summary>Takes one if there is one.</summary>
    public bool TryTake()
    {
        lock (_taking)
        {
            Refill();
            if (_left < 1)
            {
                return false;
            }

            _left--;
            return true;
        }
    }

    private void Refill()
    {
        var now = time.GetTimestamp();
        _left = Math.Min(atOnceMax, _left + (time.GetElapsedTime(_at, now).TotalMinutes * perMinute));
        _at = now;
    }
}
