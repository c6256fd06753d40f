namespace Gateway.Deidentification.Video;

/// <summary>Ends a process that lets us wait too long. Time in which nobody waits for it does not count: a slow detector is not its fault.</summary>
internal sealed class StallWatch : IDisposable
{
    private readonly Timer _timer;
    private readonly TimeSpan _patience;

    public StallWatch(Action end, TimeSpan patience)
    {
        _patience = patience;
        _timer = new Timer(_ => end(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>From here until it is disposed the process is waited for.</summary>
    public Wait Begin()
    {
        _timer.Change(_patience, Timeout.InfiniteTimeSpan);
        return new Wait(_timer);
    }

    public void Dispose() => _timer.Dispose();

    public readonly struct Wait(Timer timer) : IDisposable
    {
        public void Dispose() => timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
