namespace Gateway.Exchange.Delivery;

/// <summary>How a session ended.</summary>
public enum SessionEnd
{
    /// <summary>We stop; everything in flight has its answer, or the time for it is over.</summary>
    Stopped,

    /// <summary>One of the two sides asked for a new session; everything in flight has its answer, or the time for it is over.</summary>
    Drained,

    /// <summary>The peer ended it or the connection broke.</summary>
    Broken,

    /// <summary>The peer was silent too long.</summary>
    Silent,

    /// <summary>The peer cannot keep anything at the moment.</summary>
    Unavailable,

    /// <summary>The peer broke the protocol: a receipt that does not hold, an answer to what was never sent.</summary>
    Untrustworthy,

    /// <summary>The peer refused a message on every channel, and sending it again would not change the answer.</summary>
    Blocked,

    /// <summary>A newer session of the same sender took over.</summary>
    Superseded,

    /// <summary>The session went on over a new connection; everything in flight has its answer.</summary>
    HandedOver,

    /// <summary>The peer caused more refusals than a peer may.</summary>
    TooManyRefusals,

    /// <summary>The peer sent more frames without a message than a peer may.</summary>
    TooManyFrames,
}
