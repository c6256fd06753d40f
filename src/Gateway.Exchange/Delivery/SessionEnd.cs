namespace Gateway.Exchange.Delivery;

/// <summary>How a session ended.</summary>
public enum SessionEnd
{
    /// <summary>We stop; everything in flight has its receipt.</summary>
    Stopped,

    /// <summary>The peer asked us to move, and everything in flight has its receipt.</summary>
    Drained,

    /// <summary>The peer ended it or the connection broke.</summary>
    Broken,

    /// <summary>The peer was silent too long.</summary>
    Silent,

    /// <summary>The peer cannot keep anything at the moment.</summary>
    Unavailable,

    /// <summary>The peer broke the protocol: a receipt that does not hold, a state that contradicts ours.</summary>
    Untrustworthy,
}
