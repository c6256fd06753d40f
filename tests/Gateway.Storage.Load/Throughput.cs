using System.Diagnostics;

namespace Gateway.Storage.Load;

/// <summary>
/// Records a second through the store, beside the same rows written by bare SQLite statements with the same settings in transactions of
/// as many records as there are producers: what one file and one fsync a group can do at most. Rounds alternate and medians are compared,
/// so that a busy machine slows both.
/// </summary>
internal static class Throughput
{
    private const int Rounds = 5;
    private const int BatchMappings = 256;

    public static async Task<int> RunAsync(string folder, TimeSpan duration)
    {
        Directory.CreateDirectory(folder);
        foreach (var producers in new[] { 1, 64, 256 })
        {
            await CompareAsync(
                $"enqueue, {producers} producers",
                round => EnqueueAsync(Path.Combine(folder, $"store-{producers}-{round}.db"), producers, duration),
                round => BareEnqueue(Path.Combine(folder, $"bare-{producers}-{round}.db"), producers, duration));
        }

        await CompareAsync(
            $"accept, batches of {BatchMappings}",
            round => AcceptAsync(Path.Combine(folder, $"store-accept-{round}.db"), duration),
            round => BareAccept(Path.Combine(folder, $"bare-accept-{round}.db"), duration));
        return 0;
    }

    private static async Task CompareAsync(string what, Func<int, Task<Rate>> store, Func<int, Rate> bare)
    {
        var (ours, theirs) = (new List<Rate>(), new List<Rate>());
        for (var round = 0; round < Rounds; round++)
        {
            theirs.Add(bare(round));
            ours.Add(await store(round));
        }

        var (our, their) = (Median(ours), Median(theirs));
        Console.WriteLine(
            $"{what}: store {our.PerSecond:F0} rec/s, {our.ProcessorMicroseconds:F1} us CPU/rec; "
            + $"bare SQLite {their.PerSecond:F0} rec/s, {their.ProcessorMicroseconds:F1} us CPU/rec; ratio {our.PerSecond / their.PerSecond:F2}");
    }

    private static Rate Median(List<Rate> rates) => new(
        rates.Select(rate => rate.PerSecond).Order().ElementAt(rates.Count / 2),
        rates.Select(rate => rate.ProcessorMicroseconds).Order().ElementAt(rates.Count / 2));

    private static async Task<Rate> EnqueueAsync(string path, int producers, TimeSpan duration)
    {
        await using var store = Workload.Open(path);
        var done = 0L;
        var clock = new Clock();
        await Task.WhenAll(Enumerable.Range(0, producers).Select(producer => Task.Run(async () =>
        {
            for (var i = 0; clock.Elapsed < duration; i++)
            {
                await store.EnqueueAsync(Workload.Entry($"{producer}-{i}"), Workload.Event("SubmissionAcceptance"), CancellationToken.None);
                Interlocked.Increment(ref done);
            }
        })));
        return clock.Rate(done);
    }

    private static async Task<Rate> AcceptAsync(string path, TimeSpan duration)
    {
        await using var store = Workload.Open(path);
        var channel = await store.OpenEpochAsync(Workload.Inbound, CancellationToken.None);
        var previous = channel.LastMessageHash;
        var sequence = 0L;
        var clock = new Clock();
        while (clock.Elapsed < duration)
        {
            sequence++;
            await store.AcceptAsync(Workload.Message(channel.Epoch, sequence, previous, BatchMappings), CancellationToken.None);
            previous = Workload.MessageHash(sequence);
        }

        return clock.Rate(sequence * BatchMappings);
    }

    private static Rate BareEnqueue(string path, int group, TimeSpan duration)
    {
        using var bare = new BareStore(path);
        var done = 0L;
        var clock = new Clock();
        while (clock.Elapsed < duration)
        {
            bare.Begin.ExecuteNonQuery();
            for (var i = 0; i < group; i++)
            {
                bare.InsertEntry(Workload.Entry($"{done++}"));
            }

            bare.Commit.ExecuteNonQuery();
        }

        return clock.Rate(done);
    }

    private static Rate BareAccept(string path, TimeSpan duration)
    {
        using var bare = new BareStore(path);
        var sequence = 0L;
        var clock = new Clock();
        while (clock.Elapsed < duration)
        {
            sequence++;
            bare.Begin.ExecuteNonQuery();
            foreach (var mapping in Workload.Message(1, sequence, ReadOnlyMemory<byte>.Empty, BatchMappings).Mappings)
            {
                bare.InsertMapping(mapping);
            }

            bare.Commit.ExecuteNonQuery();
        }

        return clock.Rate(sequence * BatchMappings);
    }

    private readonly record struct Rate(double PerSecond, double ProcessorMicroseconds);

    private sealed class Clock
    {
        private readonly Stopwatch watch = Stopwatch.StartNew();
        private readonly TimeSpan processor = Environment.CpuUsage.TotalTime;

        public TimeSpan Elapsed => watch.Elapsed;

        public Rate Rate(long records) => new(
            records / watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - processor).TotalMicroseconds / records);
    }
}
