namespace Gateway.Server.Configuration;

/// <summary>
/// What one peer may cost us, on the peer listener. The defaults carry more than a link between two providers needs; a peer that meets
/// one of them is broken or hostile, and none of them disturbs another peer.
/// </summary>
internal sealed class PeerLimitSettings
{
    /// <summary>Connections of one peer. Default 4: it needs two while it moves from one to the next.</summary>
    public int ConnectionsPerPeerMax { get; init; } = 4;

    /// <summary>
    /// Connections from one address, counted before anybody has said who they are. Default 32: raise it where many peers come through one address.
    /// It keeps one stranger from holding every place of the listener with silent connections.
    /// </summary>
    public int ConnectionsPerAddressMax { get; init; } = 32;

    /// <summary>Calls of one connection at a time. Default 16; a session is one call.</summary>
    public int StreamsPerConnectionMax { get; init; } = 16;

    /// <summary>Sessions a peer may open in a minute. Default 600: each costs the store a transaction.</summary>
    public int SessionsPerMinuteMax { get; init; } = 600;

    /// <summary>Sealed messages taken from one peer in a second. Default 2,000, of up to 1,024 mappings each. Above it we read slower; nothing is refused.</summary>
    public int MessagesPerSecondMax { get; init; } = 2_000;

    /// <summary>Bytes of sealed messages taken from one peer in a second. Default 64 MiB. Above it we read slower; nothing is refused.</summary>
    public int BytesPerSecondMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Frames of HTTP/2 that carry no message (pings, settings, continuations, empty data, resets) that one connection may send in a second.
    /// Default 4,000: the framework itself answers a flood of them for ever.
    /// </summary>
    public int ControlFramesPerSecondMax { get; init; } = 4_000;

    /// <summary>How long the TLS handshake may take. Default 5 s: a silent connection holds a place until then.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the head of a call may take. Default 10 s.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection without a call stays open. Default 30 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public void Validate(Findings findings)
    {
        RequireRange(ConnectionsPerPeerMax, 2, 1_000, nameof(ConnectionsPerPeerMax), "a peer needs two while it moves", findings);
        RequireRange(ConnectionsPerAddressMax, 2, 10_000, nameof(ConnectionsPerAddressMax), "use the number of peers behind one address, times two", findings);
        RequireRange(StreamsPerConnectionMax, 1, 100, nameof(StreamsPerConnectionMax), "each can hold a message of 1 MiB half-sent", findings);
        RequireRange(SessionsPerMinuteMax, 1, 100_000, nameof(SessionsPerMinuteMax), "use a positive number", findings);
        RequireRange(MessagesPerSecondMax, 1, 1_000_000, nameof(MessagesPerSecondMax), "use a positive number", findings);
        RequireRange(BytesPerSecondMax, 1024 * 1024, int.MaxValue, nameof(BytesPerSecondMax), "it must carry at least one message a second, 1 MiB", findings);
        RequireRange(ControlFramesPerSecondMax, 100, 1_000_000, nameof(ControlFramesPerSecondMax), "an honest connection sends a few hundred at full speed", findings);
        RequireTime(HandshakeTimeout, nameof(HandshakeTimeout), findings);
        RequireTime(HeadersTimeout, nameof(HeadersTimeout), findings);
        RequireTime(IdleTimeout, nameof(IdleTimeout), findings);
    }

    private static void RequireRange(int value, int low, int high, string setting, string remedy, Findings findings) =>
        findings.Require(value >= low && value <= high, $"PeerLimits:{setting}", $"{value} is not in {low}..{high}", remedy);

    private static void RequireTime(TimeSpan value, string setting, Findings findings) =>
        findings.Require(value >= TimeSpan.FromMilliseconds(100) && value <= TimeSpan.FromMinutes(10), $"PeerLimits:{setting}", $"{value} is not between 0.1 s and 10 min", "write it as 00:00:05");
}
