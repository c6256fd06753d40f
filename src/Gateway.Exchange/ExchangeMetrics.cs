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

    public static void Sent() => MessagesSent.Add(1);

    public static void Accepted() => MessagesAccepted.Add(1);

    public static void Refused(RefusalCode code) => MessagesRefused.Add(1, new KeyValuePair<string, object?>("code", code.ToString()));

    public static void Receipted() => Receipts.Add(1);

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
