using System.Security.Cryptography;
using Gateway.Exchange.Inbox;
using Gateway.Storage.Load;
using Gateway.Storage.Sqlite;
using Gateway.Storage.Sqlite.Check;

namespace Gateway.Storage.Tests.Sqlite;

public sealed class CrashTests : IDisposable
{
    private const int Kills = 10;

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>The process dies at a moment nobody chose, ten times over the same store; what it said was kept is there, once.</summary>
    [Fact]
    public async Task What_was_acknowledged_outlives_a_killed_process_exactly_once()
    {
        var acknowledged = new List<string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            using var load = new LoadProcess("produce", folder.Path, $"run{kill}");
            await load.LinesAsync(atLeast: RandomNumberGenerator.GetInt32(1, 3_000));
            await load.KillAsync();
            acknowledged.AddRange(load.Lines);

            Assert.Empty((await StoreCheck.VerifyAsync(folder.Path, None)).Findings);
        }

        Assert.DoesNotContain(acknowledged, line => line.StartsWith("unexpected", StringComparison.Ordinal));
        await using var store = folder.Open();
        await EveryQueuedEntryIsThereOnceAsync(store, Named(acknowledged, "queued"));
        foreach (var name in Named(acknowledged, "bound"))
        {
            Assert.NotNull(await store.FindByIdAsync(Workload.Binding(name).BindingId, None));
        }

        await EveryMessageIsThereAsync(store, Named(acknowledged, "accepted").Select(long.Parse));
    }

    private static async Task EveryQueuedEntryIsThereOnceAsync(SqliteExchangeStore store, IEnumerable<string> names)
    {
        var kept = (await store.ReadQueuedAsync(Workload.Outbound, 10_000_000, None))
            .GroupBy(queued => Convert.ToHexString(queued.Entry.IdempotencyKey.Span))
            .ToDictionary(same => same.Key, same => same.Count());
        foreach (var name in names)
        {
            Assert.Equal(1, kept.GetValueOrDefault(Convert.ToHexString(Workload.Entry(name).IdempotencyKey.Span)));
        }
    }

    private static async Task EveryMessageIsThereAsync(SqliteExchangeStore store, IEnumerable<long> sequences)
    {
        var epoch = (await store.OpenEpochAsync(Workload.Inbound, None)).Epoch;
        foreach (var sequence in sequences)
        {
            var repeat = await store.AcceptAsync(Workload.Message(epoch, sequence, Workload.MessageHash(sequence - 1), mappings: 8), None);
            Assert.Equal(AcceptOutcome.Repeat, repeat.Outcome);
        }
    }

    private static IEnumerable<string> Named(IEnumerable<string> lines, string what) =>
        lines.Where(line => line.StartsWith(what + " ", StringComparison.Ordinal)).Select(line => line[(what.Length + 1)..]);
}
