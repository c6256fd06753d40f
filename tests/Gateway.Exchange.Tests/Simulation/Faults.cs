namespace Gateway.Exchange.Tests.Simulation;

/// <summary>What may go wrong in a run, in events per thousand; the seed decides how much of each.</summary>
internal sealed class Faults
{
    /// <summary>Set until the run has to come to rest.</summary>
    public bool Active { get; set; } = true;

    /// <summary>Store operations that fail.</summary>
    public int StorePerMille { get; init; }

    /// <summary>Frames that vanish.</summary>
    public int DropPerMille { get; init; }

    /// <summary>Frames that come twice.</summary>
    public int RepeatPerMille { get; init; }

    /// <summary>Frames that are overtaken.</summary>
    public int ReorderPerMille { get; init; }

    /// <summary>Frames at which the connection is cut.</summary>
    public int CutPerMille { get; init; }

    /// <summary>Frames that wait for seconds, and all that follow them.</summary>
    public int StallPerMille { get; init; }
}
