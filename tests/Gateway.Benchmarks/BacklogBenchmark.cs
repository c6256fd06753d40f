using System.Diagnostics;
using System.Globalization;
using Gateway.Server.Configuration;
using Gateway.Server.Demonstration;
using Gateway.TestKit;

namespace Gateway.Benchmarks;

/// <summary>What a node's memory grows by while mappings queue for a peer that is down: the backlog is the disk's, not the memory's.</summary>
internal static class BacklogBenchmark
{
    private const int Mappings = 1_000_000;
    private const string MappingsVariable = "GATEWAY_BENCHMARK_BACKLOG";
    private const double Mebibyte = 1 << 20;

    public static Task RunAsync(TextWriter output) =>
        RunAsync(output, int.TryParse(Environment.GetEnvironmentVariable(MappingsVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var mappings) ? mappings : Mappings);

    /// <returns>Growth of the resident memory, MiB.</returns>
    public static async Task<double> RunAsync(TextWriter output, int mappings)
    {
        using var folder = new TempFolder();
        await using var alpha = new DemoProvider("xvide://alpha/a1", folder.Path, new DeidentificationSettings());
        await using var beta = new DemoProvider("xvide://beta/b1", folder.Path, new DeidentificationSettings());
        DeliveryBenchmark.SignAgreement(alpha, beta);
        await alpha.StartAsync(beta, CancellationToken.None);
        var binding = await DeliveryBenchmark.BindAsync(alpha);
        await DeliveryBenchmark.ShareAsync(alpha, binding, Math.Min(2_000, mappings)); // warm: code, connections, page cache of the store
        var before = Resident();
        var started = Stopwatch.GetTimestamp();
        await DeliveryBenchmark.ShareAsync(alpha, binding, mappings);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var growth = (Resident() - before) / Mebibyte;
        var waiting = await alpha.Node.Exchange.Store.CountOpenAsync(null, default);
        output.WriteLine();
        output.WriteLine($"## {waiting:N0} mappings waiting for a peer that is down, queued in {seconds:F0} s");
        output.WriteLine($"{"growth of resident memory (after a collection)",-72} {growth,12:F1} MiB");
        return growth;
    }

    private static long Resident()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
