namespace Gateway.Deidentification.Pipeline;

/// <summary>The work of one stream that waits for a worker. Queues take turns: a stream with many frames waiting cannot starve another.</summary>
internal sealed class LaneQueue
{
    private readonly DetectionLane _lane;

    internal LaneQueue(DetectionLane lane) => _lane = lane;

    /// <summary>Jobs in the order they came; guarded by the lane.</summary>
    internal Queue<ILaneJob> Jobs { get; } = [];

    /// <summary>Adds a job. Every job added is run once, also after its stream has ended.</summary>
    public void Add(ILaneJob job) => _lane.Add(this, job);
}
