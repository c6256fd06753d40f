using Gateway.TestKit;

namespace Gateway.Exchange.Tests.Simulation;

/// <summary>
/// One thread for everything that runs: continuations wait in a list from which the seed picks the next, and the clock moves only when nothing
/// is left to run. So a run is a function of its seed. What it is not: the store's own writer thread is waited for inside one step, and
/// keys, nonces and identifiers are really random, which changes no order. What would take a turn on a pool thread (a Task.WhenAny can, when one of
/// its tasks is cancelled) makes a run that is no longer the seed's alone, and the run says so.
/// </summary>
internal sealed class SimulatedScheduler(SeededGenerator random, ManualTime time) : SynchronizationContext
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    private readonly Lock _posting = new();
    private readonly List<(SendOrPostCallback Callback, object? State)> _ready = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;

    /// <summary>Continuations that came from another thread: their place in the order is not the seed's.</summary>
    public int Foreign { get; private set; }

    public long Steps { get; private set; }

    public override SynchronizationContext CreateCopy() => this;

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_posting)
        {
            Foreign += Environment.CurrentManagedThreadId == _thread ? 0 : 1;
            _ready.Add((d, state));
        }
    }

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("nothing in a simulation may wait for another thread");

    /// <summary>Runs until a condition holds.</summary>
    /// <returns>False when it does not hold by then, or nothing is left that could bring it about.</returns>
    public bool RunUntil(Func<bool> condition, DateTimeOffset atMost)
    {
        var lookAt = time.GetUtcNow();
        while (true)
        {
            if (TryTake() is { } next)
            {
                Steps++;
                next.Callback(next.State);
                continue;
            }

            // At rest, and not at every step: a look may read the stores.
            if (time.GetUtcNow() >= lookAt)
            {
                if (condition())
                {
                    return true;
                }

                lookAt = time.GetUtcNow() + LookInterval;
            }

            if (!time.FireNext(atMost))
            {
                return condition();
            }
        }
    }

    /// <summary>Starts something on this scheduler.</summary>
    public Task Start(Func<Task> run)
    {
        var started = new TaskCompletionSource();
        Post(
            async _ =>
            {
                try
                {
                    await run();
                    started.SetResult();
                }
                catch (Exception failed)
                {
                    started.SetException(failed);
                }
            },
            null);
        return started.Task;
    }

    private (SendOrPostCallback Callback, object? State)? TryTake()
    {
        lock (_posting)
        {
            if (_ready.Count == 0)
            {
                return null;
            }

            var picked = random.Next(0, _ready.Count);
            var next = _ready[picked];
            _ready.RemoveAt(picked);
            return next;
        }
    }
}
