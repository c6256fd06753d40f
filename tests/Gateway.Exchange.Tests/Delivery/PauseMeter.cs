using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Gateway.Exchange.Tests.Delivery;

/// <summary>Listens to the pauses of hand-overs.</summary>
internal sealed class PauseMeter : IDisposable
{
    private readonly ConcurrentBag<double> _seconds = [];
    private readonly MeterListener _listener = new();

    public PauseMeter()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "gateway.exchange.handover.pause")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, _, _) => _seconds.Add(seconds));
        _listener.Start();
    }

    public double Median => Math.Round(_seconds.Order().ElementAtOrDefault(_seconds.Count / 2) * 1000, 3);

    public double Longest => Math.Round(_seconds.DefaultIfEmpty().Max() * 1000, 3);

    public void Dispose() => _listener.Dispose();
}
