namespace Gateway.Deidentification.Pipeline;

/// <summary>A piece of work for a worker of a <see cref="DetectionLane"/>.</summary>
internal interface ILaneJob
{
    /// <summary>Does the work. It keeps what went wrong for whoever waits for it, and never throws: a worker belongs to all streams.</summary>
    void Run();
}
