namespace Gateway.Server.Listeners;

/// <summary>So many units a second, and as many at once as a burst holds: a bucket that fills with time.</summary>
internal sealed class Pace(double perSecond, double burst, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly double _burst = burst;
    private double _left = burst;
    private long _at = time.GetTimestamp();

    /// <summary>Takes units that have come already, and says how long to wait before the next are taken.</summary>
    public TimeSpan Take(double units)
    {
        lock (_lock)
        {
            Refill();
            _left -= units;
            return _left >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_left / perSecond);
        }
    }

    /// <summary>Takes units if they are there.</summary>
    public bool TryTake(double units)
    {
        lock (_lock)
        {
            Refill();
            if (_left < units)
            {
                return false;
            }

            _left -= units;
            return true;
        }
    }

    /// <summary>Gives back units that were taken for nothing.</summary>
    public void GiveBack(double units)
    {
        lock (_lock)
        {
            _left = Math.Min(_burst, _left + units);
        }
    }

    private void Refill()
    {
        var now = time.GetTimestamp();
        _left = Math.Min(_burst, _left + (time.GetElapsedTime(_at, now).TotalSeconds * perSecond));
        _at = now;
    }
}
