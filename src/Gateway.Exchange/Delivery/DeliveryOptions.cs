namespace Gateway.Exchange.Delivery;

/// <summary>Times of delivery. Every value has a default that serves a link between two providers.</summary>
public sealed record DeliveryOptions
{
    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(30);

    /// <summary>How long connect, Hello and Welcome may take together. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest pause between attempts to connect. Default 30 s.</summary>
    public TimeSpan ReconnectDelayMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Pause after a session that had worked. Default 100 ms, so that a peer that restarts is found again at once; it doubles up to
    /// <see cref="ReconnectDelayMax"/> with every session that ends without a single receipt.
    /// </summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a parked link waits before it looks again by itself. Default 5 min. Reloading the agreements makes it look at once.</summary>
    public TimeSpan ParkedPause { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long one write may wait for the peer to read. Default 10 s: the transport itself would wait for ever.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A heartbeat goes out when nothing else did for this long. Default 5 s.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A peer that is silent for this long is gone. Default 15 s.</summary>
    public TimeSpan SilenceMax { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the sender waits for more mappings while a message is under way, before it seals fewer than a full one. Default 5 ms. On an idle
    /// link it does not wait.
    /// </summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long a session that finishes waits for the answers on their way. Default 8 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// How long a message may be without an answer on a session that is otherwise alive. Default 60 s; then the session breaks and what has no
    /// receipt is sent again on the next.
    /// </summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How often the ledgers of a channel are compared with the peer's. Default 1 h. Each comparison reads the whole ledger, about 1 s
    /// for a million messages.
    /// </summary>
    public TimeSpan ReconcileInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A session older than this moves to a new connection, with the certificates of that day. Default 1 h.</summary>
    public TimeSpan SessionAgeMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>A message without a receipt for this long is evidence of a failed relay, where its agreement names no time. Default 24 h; it is still sent on.</summary>
    public TimeSpan ReceiptTimeout { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Sealed messages a sender may have in flight without a receipt. Default 8.</summary>
    public int Credit { get; init; } = 8;

    /// <summary>Numbers from 0 to 1 for the jitter of pauses; null takes random ones. A simulation gives its own.</summary>
    internal Func<double>? Jitter { get; init; }

    /// <summary>All findings on these options, each with the setting, the rule and a remedy; empty when they hold.</summary>
    public IReadOnlyList<string> Validate()
    {
        var findings = new List<string>();
        RequireTime(findings, ConnectTimeout, nameof(ConnectTimeout));
        RequireTime(findings, ReconnectDelay, nameof(ReconnectDelay));
        RequireTime(findings, ReconnectDelayMax, nameof(ReconnectDelayMax));
        RequireTime(findings, ParkedPause, nameof(ParkedPause));
        RequireTime(findings, WriteTimeout, nameof(WriteTimeout));
        RequireTime(findings, HeartbeatInterval, nameof(HeartbeatInterval));
        RequireTime(findings, SilenceMax, nameof(SilenceMax));
        RequireTime(findings, DrainTimeout, nameof(DrainTimeout));
        RequireTime(findings, AnswerTimeout, nameof(AnswerTimeout));
        RequireTime(findings, ReconcileInterval, nameof(ReconcileInterval));
        RequireTime(findings, SessionAgeMax, nameof(SessionAgeMax));
        RequireTime(findings, ReceiptTimeout, nameof(ReceiptTimeout));
        Require(findings, Linger >= TimeSpan.Zero && Linger <= TimeSpan.FromSeconds(1), $"Delivery:Linger ({Linger}) is not between 0 and 1 s; lower it, every mapping waits that long.");
        Require(findings, Credit is >= 1 and <= 64, $"Delivery:Credit ({Credit}) is not in 1 to 64; each message in flight may take 1 MiB at the receiver.");
        Require(findings, ReconnectDelay <= ReconnectDelayMax, $"Delivery:ReconnectDelay ({ReconnectDelay}) exceeds Delivery:ReconnectDelayMax ({ReconnectDelayMax}); lower it or raise the longest.");
        Require(
            findings,
            SilenceMax > HeartbeatInterval + HeartbeatInterval,
            $"Delivery:SilenceMax ({SilenceMax}) is not above twice Delivery:HeartbeatInterval ({HeartbeatInterval}); raise it, or one late heartbeat ends a session.");
        return findings;
    }

    private static void RequireTime(List<string> findings, TimeSpan value, string name) =>
        Require(findings, value > TimeSpan.Zero && value <= LongestTime, $"Delivery:{name} ({value}) is not above 0 and at most 30 days; write it as 00:00:05.");

    private static void Require(List<string> findings, bool holds, string finding)
    {
        if (!holds)
        {
            findings.Add(finding);
        }
    }
}
