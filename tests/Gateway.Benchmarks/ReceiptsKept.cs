using System.Diagnostics.Metrics;

namespace Gateway.Benchmarks;

/// <summary>Tells when the next receipt was kept, from the exchange's own counter: looking every millisecond would cost what is measured.</summary>
internal sealed class ReceiptsKept : IDisposable
{
    private readonly MeterListener _listener = new();
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ReceiptsKept()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "gateway.exchange.receipts")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, _, _, _) => Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult());
        _listener.Start();
    }

    /// <summary>Ends with the next receipt.</summary>
    public Task NextAsync() => Volatile.Read(ref _next).Task;

    public void Dispose() => _listener.Dispose();
}
