using System.Diagnostics.CodeAnalysis;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// Where detection and masking run: so many workers, each a thread that does one job at a time, whatever the number of streams. An inference
/// fills a core for its whole time; more of them at once only make each other late, and on the thread pool they would keep the listeners from
/// answering. Frames of one stream are worked on by all workers; streams that wait take turns, one job each.
/// </summary>
public sealed class DetectionLane
{
    /// <summary>A worker without work ends after this; the next job starts one again. A lane that is no longer used costs nothing.</summary>
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(5);

    private readonly int _width;

    /// <summary>An object, not a <see cref="Lock"/>: workers wait on it.</summary>
    private readonly object _gate = new();

    /// <summary>Queues that have jobs, in the order of their turns.</summary>
    private readonly Queue<LaneQueue> _turns = [];
    private readonly LaneQueue _single;
    private int _jobs;
    private int _workers;
    private int _idle;

    /// <summary>Makes a lane with a number of workers, 1 or more. One for each core is what a server wants.</summary>
    public DetectionLane(int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        _width = width;
        _single = new LaneQueue(this);
    }

    /// <summary>Number of workers.</summary>
    public int Width => _width;

    /// <summary>A queue for one stream.</summary>
    internal LaneQueue OpenQueue() => new(this);

    /// <summary>Runs work that belongs to no stream; such work waits in one queue of its own.</summary>
    internal Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var job = new SingleJob<T>(work, cancellationToken);
        _single.Add(job);
        return job.Task;
    }

    internal void Add(LaneQueue queue, ILaneJob job)
    {
        lock (_gate)
        {
            queue.Jobs.Enqueue(job);
            _jobs++;
            if (queue.Jobs.Count == 1)
            {
                _turns.Enqueue(queue);
            }

            if (_jobs > _idle && _workers < _width)
            {
                _workers++;
                new Thread(Work) { IsBackground = true, Name = "detection" }.Start();
            }

            Monitor.Pulse(_gate);
        }
    }

    private void Work()
    {
        while (TryTakeJob(out var job))
        {
            job.Run();
        }
    }

    private bool TryTakeJob([NotNullWhen(true)] out ILaneJob? job)
    {
        lock (_gate)
        {
            while (!TryTakeNext(out job))
            {
                _idle++;
                var isWoken = Monitor.Wait(_gate, IdleTime);
                _idle--;
                if (!isWoken && _jobs == 0)
                {
                    _workers--;
                    return false;
                }
            }

            return true;
        }
    }

    private bool TryTakeNext([NotNullWhen(true)] out ILaneJob? job)
    {
        if (!_turns.TryDequeue(out var queue))
        {
            job = null;
            return false;
        }

        job = queue.Jobs.Dequeue();
        _jobs--;
        if (queue.Jobs.Count > 0)
        {
            _turns.Enqueue(queue);
        }

        return true;
    }

    private sealed class SingleJob<T>(Func<T> work, CancellationToken cancellationToken) : ILaneJob
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Task => _done.Task;

        public void Run()
        {
            if (cancellationToken.IsCancellationRequested)
            {
                _done.SetCanceled(cancellationToken);
                return;
            }

            try
            {
                _done.SetResult(work());
            }
            catch (OperationCanceledException cancelled) when (cancellationToken.IsCancellationRequested)
            {
                _done.SetCanceled(cancelled.CancellationToken);
            }
            catch (Exception exception)
            {
                // Whoever waits gets it: a worker that died of one job would be missing for all streams.
                _done.SetException(exception);
            }
        }
    }
}
