using System.Diagnostics;
using System.Globalization;
using Gateway.Server.Configuration;
using Gateway.Server.Demonstration;
using Gateway.Server.Hosting;
using Gateway.TestKit;

namespace Gateway.Benchmarks;

/// <summary>What a node's memory grows by while mappings queue for a peer that is down: the backlog is the disk's, not the memory's.</summary>
internal static class BacklogBenchmark
{
    private const int Mappings = 1_000_000;
    private const string MappingsVariable = "GATEWAY_BENCHMARK_BACKLOG";
    private const double Mebibyte = 1 << 20;

    private static readonly TimeSpan Settling = NativeMemoryJob.Interval + TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public static Task RunAsync(TextWriter output) =>
        RunAsync(output, int.TryParse(Environment.GetEnvironmentVariable(MappingsVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var mappings) ? mappings : Mappings, Settling);

    /// <returns>Growth of the resident memory, MiB.</returns>
    public static async Task<double> RunAsync(TextWriter output, int mappings, TimeSpan settle)
    {
        using var folder = new TempFolder();
        await using var alpha = new DemoProvider("xvide://alpha/a1", folder.Path, new DeidentificationSettings());
        await using var beta = new DemoProvider("xvide://beta/b1", folder.Path, new DeidentificationSettings());
        DeliveryBenchmark.SignAgreement(alpha, beta);
        await alpha.StartAsync(beta, CancellationToken.None);
        var binding = await DeliveryBenchmark.BindAsync(alpha);
        await DeliveryBenchmark.ShareAsync(alpha, binding, Math.Min(2_000, mappings)); // warm: code, connections, page cache of the store
        var before = await ResidentAsync(settle);
        var started = Stopwatch.GetTimestamp();
        await DeliveryBenchmark.ShareAsync(alpha, binding, mappings);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var growth = (await ResidentAsync(settle) - before) / Mebibyte;
        var waiting = await alpha.Node.Exchange.Store.CountOpenAsync(null, default);
        output.WriteLine();
        output.WriteLine($"## {waiting:N0} mappings waiting for a peer that is down, queued in {seconds:F0} s");
        output.WriteLine($"{"growth of resident memory (least of 13 s, after a collection)",-72} {growth,12:F1} MiB");
        return growth;
    }

    // The least of a while: the detector takes some for every canary and gives it back, and so does native code that has freed some.
    private static async Task<long> ResidentAsync(TimeSpan within)
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        var started = Stopwatch.GetTimestamp();
        var least = process.WorkingSet64;
        while (Stopwatch.GetElapsedTime(started) < within)
        {
            await Task.Delay(Look);
            process.Refresh();
            least = Math.Min(least, process.WorkingSet64);
        }

        return least;
    }
}
