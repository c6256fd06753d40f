namespace Gateway.TestKit;

/// <summary>A clock that only the test moves. Timers fire on the thread that moves it, in the order of their times.</summary>
public sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _moving = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_moving)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>True when something waits for exactly so long from now: the moment from which a test may move the clock.</summary>
    public bool IsAwaited(TimeSpan from)
    {
        lock (_moving)
        {
            return _timers.Exists(timer => timer.Due == _now + from);
        }
    }

    /// <summary>Moves the clock; every timer that becomes due fires at its own time.</summary>
    public void Advance(TimeSpan by)
    {
        var until = GetUtcNow() + by;
        while (TakeNextDue(until) is { } due)
        {
            due.Fire();
        }

        lock (_moving)
        {
            _now = until;
        }
    }

    /// <summary>Moves the clock to the next timer and fires it; false, with the clock at <paramref name="atMost"/>, when none is due by then.</summary>
    public bool FireNext(DateTimeOffset atMost)
    {
        if (TakeNextDue(atMost) is { } due)
        {
            due.Fire();
            return true;
        }

        lock (_moving)
        {
            _now = atMost > _now ? atMost : _now;
        }

        return false;
    }

    /// <summary>Moves the clock in steps until a condition holds; names what did not come within so much virtual time.</summary>
    public async Task AdvanceUntilAsync(Func<bool> condition, TimeSpan step, TimeSpan atMost, string whatMustCome)
    {
        for (var passed = TimeSpan.Zero; passed < atMost; passed += step)
        {
            if (await HoldsSoonAsync(condition))
            {
                return;
            }

            Advance(step);
        }

        await Eventually.BeTrueAsync(condition, whatMustCome);
    }

    // The tasks a timer woke need a moment of real time before the next step.
    private static async Task<bool> HoldsSoonAsync(Func<bool> condition)
    {
        for (var i = 0; i < 5; i++)
        {
            if (condition())
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(4));
        }

        return condition();
    }

    private ManualTimer? TakeNextDue(DateTimeOffset until)
    {
        lock (_moving)
        {
            var next = _timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due);
            if (next is not null)
            {
                _now = next.Due!.Value > _now ? next.Due.Value : _now;
                next.Rearm();
            }

            return next;
        }
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public DateTimeOffset? Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._moving)
            {
                _period = period;
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : time._now + dueTime;
                time._timers.Remove(this);
                if (Due is not null)
                {
                    time._timers.Add(this);
                }
            }

            return true;
        }

        public void Rearm()
        {
            Due = _period <= TimeSpan.Zero ? null : Due + _period;
            if (Due is null)
            {
                time._timers.Remove(this);
            }
        }

        public void Fire() => callback(state);

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
