using System.Diagnostics.Metrics;

namespace Gateway.Storage.Sqlite;

/// <summary>What the store counts, on the meter <c>Gateway.Storage</c>.</summary>
internal sealed class StoreMetrics : IDisposable
{
    public const string MeterName = "Gateway.Storage";

    private readonly Meter meter;
    private readonly bool ownsMeter;
    private readonly Histogram<double> commitDuration;
    private readonly Histogram<int> groupSize;

    /// <param name="factory">Owner of the meter, or null for a meter of the store's own.</param>
    /// <param name="queueDepth">Operations that wait for the writer at the moment.</param>
    public StoreMetrics(IMeterFactory? factory, Func<int> queueDepth)
    {
        ownsMeter = factory is null;
        meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        commitDuration = meter.CreateHistogram<double>("gateway.storage.commit.duration", "s", "Time of one commit, fsync included.");
        groupSize = meter.CreateHistogram<int>("gateway.storage.group.size", "{operation}", "Operations that shared one commit.");
        meter.CreateObservableGauge("gateway.storage.queue.depth", queueDepth, "{operation}", "Operations that wait for the writer.");
    }

    public void Committed(int operations, TimeSpan duration)
    {
        commitDuration.Record(duration.TotalSeconds);
        groupSize.Record(operations);
    }

    // A meter of a factory is shared and ends with it.
    public void Dispose()
    {
        if (ownsMeter)
        {
            meter.Dispose();
        }
    }
}
