namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// Where detection and masking run: at most so many at once, first come first served, whatever the number of streams. An inference fills
/// a core for its whole time; more of them at once only make each other late.
/// </summary>
public sealed class DetectionLane
{
    private readonly TaskFactory _tasks;

    /// <summary>Makes a lane of some width, 1 or more.</summary>
    public DetectionLane(int width)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        _tasks = new TaskFactory(new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, width).ConcurrentScheduler);
    }

    internal Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) => _tasks.StartNew(work, cancellationToken);
}
