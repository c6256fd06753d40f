using System.Diagnostics.Metrics;
using Gateway.Contracts.Exchange.V1;

namespace Gateway.Exchange;

/// <summary>Counters of the exchange. Their tags are codes, never identities.</summary>
internal static class ExchangeMetrics
{
    private static readonly Meter Meter = new("Gateway.Exchange");
    private static readonly Counter<long> MessagesSent = Meter.CreateCounter<long>("gateway.exchange.messages.sent", "{message}", "Sealed messages sent, repeats included.");
    private static readonly Counter<long> MessagesAccepted = Meter.CreateCounter<long>("gateway.exchange.messages.accepted", "{message}", "Messages received, verified and kept.");
    private static readonly Counter<long> MessagesRefused = Meter.CreateCounter<long>("gateway.exchange.messages.refused", "{message}", "Messages refused, by code, at either end.");
    private static readonly Counter<long> Receipts = Meter.CreateCounter<long>("gateway.exchange.receipts", "{receipt}", "Receipts checked and kept.");
    private static readonly UpDownCounter<long> Sessions = Meter.CreateUpDownCounter<long>("gateway.exchange.sessions", "{session}", "Sessions that are up, as their sender.");
    private static readonly Gauge<double> OutboxAgeGauge = Meter.CreateGauge<double>("gateway.exchange.outbox.age", "s", "Age of the oldest sealed message without a receipt; 0 when there is none.");

    private static readonly Counter<long> Reconciliations = Meter.CreateCounter<long>("gateway.exchange.reconciliations", "{reconciliation}", "Ledgers compared with the peer's, by outcome.");
    private static readonly Counter<long> HandOvers = Meter.CreateCounter<long>("gateway.exchange.handovers", "{handover}", "Sessions that moved to a new connection, by outcome.");
    private static readonly Histogram<double> HandOverPause = Meter.CreateHistogram<double>("gateway.exchange.handover.pause", "s", "From the last frame on the old connection to the first possible one on the new.");

    public static void Sent() => MessagesSent.Add(1);

    public static void Accepted() => MessagesAccepted.Add(1);

    public static void Refused(RefusalCode code) => MessagesRefused.Add(1, new KeyValuePair<string, object?>("code", code.ToString()));

    public static void Receipted() => Receipts.Add(1);

    public static void Reconciled(bool agree) => Reconciliations.Add(1, new KeyValuePair<string, object?>("outcome", agree ? "agree" : "differ"));

    public static void HandedOver(TimeSpan pause)
    {
        HandOvers.Add(1, new KeyValuePair<string, object?>("outcome", "moved"));
        HandOverPause.Record(pause.TotalSeconds);
    }

    public static void HandOverFailed() => HandOvers.Add(1, new KeyValuePair<string, object?>("outcome", "failed"));

    public static void OutboxAge(TimeSpan age) => OutboxAgeGauge.Record(age.TotalSeconds);

    /// <summary>Counts a session until it is disposed.</summary>
    public static IDisposable SessionOpened()
    {
        Sessions.Add(1);
        return new OpenSession();
    }

    private sealed class OpenSession : IDisposable
    {
        public void Dispose() => Sessions.Add(-1);
    }
}
