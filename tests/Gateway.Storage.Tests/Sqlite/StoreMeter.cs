using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Gateway.Storage.Tests.Sqlite;

/// <summary>Collects what one store measures.</summary>
internal sealed class StoreMeter : IMeterFactory
{
    private readonly ConcurrentBag<Meter> meters = [];
    private readonly MeterListener listener = new();

    public StoreMeter()
    {
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, this))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((instrument, measurement, _, _) => Add(instrument, measurement));
        listener.SetMeasurementEventCallback<double>((instrument, measurement, _, _) => Add(instrument, measurement));
        listener.Start();
    }

    public ConcurrentQueue<(string Name, string? Unit, double Value)> Measurements { get; } = new();

    public double[] Of(string name) => [.. Measurements.Where(measurement => measurement.Name == name).Select(measurement => measurement.Value)];

    /// <summary>Asks the gauges.</summary>
    public void Observe() => listener.RecordObservableInstruments();

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        meters.Add(meter);
        return meter;
    }

    public void Dispose()
    {
        listener.Dispose();
        foreach (var meter in meters)
        {
            meter.Dispose();
        }
    }

    private void Add(Instrument instrument, double value) => Measurements.Enqueue((instrument.Name, instrument.Unit, value));
}
