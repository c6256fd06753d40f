using System.Diagnostics;
using Gateway.Exchange.Outbox;
using Gateway.Server.Demonstration;
using Google.Protobuf;

namespace Gateway.Benchmarks;

/// <summary>What one mapping waits from submission to its kept receipt while others keep the link half busy, in units of an fsync on this disk.</summary>
internal static class UrgentBenchmark
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(TextWriter output, DemoProvider provider, ByteString binding, string folder, double backgroundPerSecond, int samples)
    {
        using var enough = new CancellationTokenSource();
        using var receipts = new ReceiptsKept();
        var background = LoadAsync(provider, binding, backgroundPerSecond, enough.Token);
        var syncs = new List<double>();
        var waits = new List<double>();
        for (var sample = 0; sample < samples; sample++)
        {
            // One beside each: what is slow for both is the disk.
            syncs.Add(SyncMilliseconds(Path.Combine(folder, "sync")));
            waits.Add(await WaitMillisecondsAsync(provider, binding, receipts));
        }

        await enough.CancelAsync();
        await background;
        var (p50, p99, sync) = (At(waits, 0.5), At(waits, 0.99), At(syncs, 0.5));
        output.WriteLine();
        output.WriteLine($"## One urgent mapping, submission to kept receipt, beside {backgroundPerSecond:N0} mappings/s ({samples} samples)");
        output.WriteLine($"{"",-72} {"ms",12} {"in fsyncs",18}");
        output.WriteLine($"{"fsync of 4 KiB in the same folder under the same load, median",-72} {sync,12:F1} {1.0,18:F1}");
        output.WriteLine($"{"the same, 99th of 100",-72} {At(syncs, 0.99),12:F1} {At(syncs, 0.99) / sync,18:F1}");
        output.WriteLine($"{"urgent mapping, median",-72} {p50,12:F1} {p50 / sync,18:F1}");
        output.WriteLine($"{"urgent mapping, 99th of 100",-72} {p99,12:F1} {p99 / sync,18:F1}");
    }

    private static async Task LoadAsync(DemoProvider provider, ByteString binding, double perSecond, CancellationToken enough)
    {
        var started = Stopwatch.GetTimestamp();
        var submitted = 0L;
        while (!enough.IsCancellationRequested)
        {
            var due = (long)(Stopwatch.GetElapsedTime(started).TotalSeconds * perSecond) - submitted;
            await Task.WhenAll(Enumerable.Range(0, (int)Math.Min(due, 1000)).Select(_ => DeliveryBenchmark.ShareOneAsync(provider, binding, CancellationToken.None)));
            submitted += due;
            await Task.Delay(Tick, CancellationToken.None);
        }
    }

    private static async Task<double> WaitMillisecondsAsync(DemoProvider provider, ByteString binding, ReceiptsKept receipts)
    {
        var store = provider.Node.Exchange.Store;
        var started = Stopwatch.GetTimestamp();
        var mapping = await DeliveryBenchmark.ShareOneAsync(provider, binding, CancellationToken.None);
        while (true)
        {
            // Asked for before looking, so that a receipt that is kept in between is not slept over.
            var next = receipts.NextAsync();
            if ((await store.FindDeliveryAsync(mapping, default))?.State == DeliveryState.Receipted)
            {
                break;
            }

            await next;
        }

        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static double SyncMilliseconds(string path)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write);
        file.Write(new byte[4096]);
        var started = Stopwatch.GetTimestamp();
        file.Flush(flushToDisk: true);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    private static double At(List<double> values, double share) => values.Order().ElementAt(Math.Min(values.Count - 1, (int)(values.Count * share)));
}
