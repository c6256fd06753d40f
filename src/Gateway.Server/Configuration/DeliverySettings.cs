namespace Gateway.Server.Configuration;

/// <summary>How mappings are delivered to peers.</summary>
internal sealed class DeliverySettings
{
    /// <summary>Entries without a receipt the outbox may hold. Default 5,000,000: lower it where the disk is small.</summary>
    public long OutboxEntriesMax { get; init; } = 5_000_000;

    /// <summary>How long connect, Hello and Welcome may take together. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest pause between attempts to connect. Default 30 s.</summary>
    public TimeSpan ReconnectDelayMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a stopping node waits for receipts that are on their way. Default 8 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// A message without a receipt for this long is evidence of a failed relay. Default 1 day; an agreement that
    /// names <c>receiptMinutes</c> counts instead.
    /// </summary>
    public TimeSpan ReceiptTimeout { get; init; } = TimeSpan.FromDays(1);

    public void Validate(Findings findings)
    {
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

    private static void RequirePositive(TimeSpan value, string setting, Findings findings) =>
        findings.Require(value > TimeSpan.Zero && value <= TimeSpan.FromDays(30), setting, $"{value} is not between 0 and 30 days", "write it as 00:00:05");
}
