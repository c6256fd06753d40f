namespace Gateway.Exchange.Delivery;

/// <summary>Times of delivery. Every value has a default that serves a link between two providers.</summary>
public sealed record DeliveryOptions
{
    /// <summary>How long connect, Hello and Welcome may take together. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest pause between attempts to connect. Default 30 s.</summary>
    public TimeSpan ReconnectDelayMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Pause after a session that had worked. Default 100 ms, so that a peer that restarts is found again at once.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long one write may wait for the peer to read. Default 10 s: the transport itself would wait for ever.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A heartbeat goes out when nothing else did for this long. Default 5 s.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A peer that is silent for this long is gone. Default 15 s.</summary>
    public TimeSpan SilenceMax { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the sender waits for more mappings before it seals fewer than a full message. Default 5 ms.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a stopping node waits for receipts on their way. Default 8 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Sealed messages a sender may have in flight without a receipt. Default 8.</summary>
    public int Credit { get; init; } = 8;
}
