using Gateway.Exchange.Delivery;

namespace Gateway.Server.Configuration;

/// <summary>How mappings are delivered to peers.</summary>
internal sealed class DeliverySettings
{
    // One number in one place: what an operator does not set is what the exchange itself takes.
    private static readonly DeliveryOptions Defaults = new();

    /// <summary>Entries without a receipt the outbox may hold. Default 5,000,000: lower it where the disk is small.</summary>
    public long OutboxEntriesMax { get; init; } = 5_000_000;

    /// <summary>How long connect, Hello and Welcome may take together. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = Defaults.ConnectTimeout;

    /// <summary>Longest pause between attempts to connect. Default 30 s.</summary>
    public TimeSpan ReconnectDelayMax { get; init; } = Defaults.ReconnectDelayMax;

    /// <summary>How long a stopping node waits for receipts that are on their way. Default 8 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = Defaults.DrainTimeout;

    /// <summary>
    /// A message without a receipt for this long is evidence of a failed relay. Default 1 day; an agreement that
    /// names <c>receiptMinutes</c> counts instead.
    /// </summary>
    public TimeSpan ReceiptTimeout { get; init; } = Defaults.ReceiptTimeout;

    /// <summary>Pause after a session that had worked. Default 100 ms; it grows up to <see cref="ReconnectDelayMax"/> while nothing gets through.</summary>
    public TimeSpan ReconnectDelay { get; init; } = Defaults.ReconnectDelay;

    /// <summary>Sealed messages that may come in on one session without an answer. Default 8: raise it to a peer that is far away, each may take 1 MiB.</summary>
    public int Credit { get; init; } = Defaults.Credit;

    /// <summary>A heartbeat goes out when nothing else did for this long. Default 5 s; a peer gives a session up that is silent for 15 s.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = Defaults.HeartbeatInterval;

    /// <summary>A peer that is silent for this long is gone. Default 15 s.</summary>
    public TimeSpan SilenceMax { get; init; } = Defaults.SilenceMax;

    /// <summary>How often the ledgers of a channel are compared with the peer's. Default 1 h; each comparison reads the whole ledger.</summary>
    public TimeSpan ReconcileInterval { get; init; } = Defaults.ReconcileInterval;

    /// <summary>How long a mapping may wait for others while a message is under way. Default 5 ms; 0 seals at once and makes more messages.</summary>
    public TimeSpan Linger { get; init; } = Defaults.Linger;

    public void Validate(Findings findings)
    {
        findings.Require(Credit is >= 1 and <= 64, "Delivery:Credit", $"{Credit} is not in 1 to 64", "each message in flight may take 1 MiB at the receiver");
        RequireBetween(HeartbeatInterval, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(7), "Delivery:HeartbeatInterval", "a peer gives a session up that is silent for 15 s, and one that says too much", findings);
        RequireBetween(SilenceMax, TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(5), "Delivery:SilenceMax", "a peer that is gone would hold its session that long", findings);
        findings.Require(
            SilenceMax > HeartbeatInterval + HeartbeatInterval,
            "Delivery:SilenceMax",
            $"{SilenceMax} is not above twice Delivery:HeartbeatInterval, {HeartbeatInterval}",
            "raise it, or one late heartbeat ends a session");
        RequireBetween(ReconcileInterval, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30), "Delivery:ReconcileInterval", "write it as 01:00:00", findings);
        RequireBetween(Linger, TimeSpan.Zero, TimeSpan.FromSeconds(1), "Delivery:Linger", "lower it, every mapping waits that long", findings);
        RequirePositive(ReconnectDelay, "Delivery:ReconnectDelay", findings);
        findings.Require(
            ReconnectDelay <= ReconnectDelayMax,
            "Delivery:ReconnectDelay",
            $"{ReconnectDelay} exceeds Delivery:ReconnectDelayMax, {ReconnectDelayMax}",
            "lower it or raise the longest");
        findings.Require(OutboxEntriesMax >= 1, "Delivery:OutboxEntriesMax", $"{OutboxEntriesMax} is below 1", "use a positive number");
        RequirePositive(ConnectTimeout, "Delivery:ConnectTimeout", findings);
        RequirePositive(ReconnectDelayMax, "Delivery:ReconnectDelayMax", findings);
        RequirePositive(DrainTimeout, "Delivery:DrainTimeout", findings);
        RequirePositive(ReceiptTimeout, "Delivery:ReceiptTimeout", findings);
        findings.Require(
            ReconnectDelayMax <= TimeSpan.FromMinutes(10),
            "Delivery:ReconnectDelayMax",
            $"{ReconnectDelayMax} exceeds 10 minutes",
            "lower it: a peer that is back would wait that long");
    }

    private static void RequireBetween(TimeSpan value, TimeSpan least, TimeSpan most, string setting, string remedy, Findings findings) =>
        findings.Require(value >= least && value <= most, setting, $"{value} is not in {least} to {most}", remedy);

    private static void RequirePositive(TimeSpan value, string setting, Findings findings) =>
        findings.Require(value > TimeSpan.Zero && value <= TimeSpan.FromDays(30), setting, $"{value} is not between 0 and 30 days", "write it as 00:00:05");
}
