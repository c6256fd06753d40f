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
    private static readonly Counter<long> Sessions = Meter.CreateCounter<long>("gateway.exchange.sessions", "{session}", "Sessions opened as sender.");

    public static void Sent() => MessagesSent.Add(1);

    public static void Accepted() => MessagesAccepted.Add(1);

    public static void Refused(RefusalCode code) => MessagesRefused.Add(1, new KeyValuePair<string, object?>("code", code.ToString()));

    public static void Receipted() => Receipts.Add(1);

    public static void SessionOpened() => Sessions.Add(1);
}
