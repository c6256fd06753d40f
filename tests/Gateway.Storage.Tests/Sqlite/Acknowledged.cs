using Gateway.Exchange.Inbox;
using Gateway.Storage.Load;
using Gateway.Storage.Sqlite;
using Gateway.Storage.Sqlite.Check;

namespace Gateway.Storage.Tests.Sqlite;

/// <summary>Holds a store to what the producer printed: each line is something the store had called durable.</summary>
internal static class Acknowledged
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static async Task IsAllThereOnceAsync(StoreFolder folder, IReadOnlyCollection<string> lines)
    {
        Assert.DoesNotContain(lines, line => line.StartsWith("unexpected", StringComparison.Ordinal));
        Assert.Empty((await StoreCheck.VerifyAsync(folder.Path, None)).Findings);
        await using var store = folder.Open();
        await QueuedOnceAsync(store, Named(lines, "queued"));
        foreach (var name in Named(lines, "bound"))
        {
            Assert.NotNull(await store.FindByIdAsync(Workload.Binding(name).BindingId, None));
        }

        foreach (var name in Named(lines, "erased"))
        {
            Assert.Null(await store.FindByIdAsync(Workload.Binding(name).BindingId, None));
        }

        await AcceptedAsync(store, Named(lines, "accepted").Select(long.Parse));
    }

    private static async Task QueuedOnceAsync(SqliteExchangeStore store, IEnumerable<string> names)
    {
        var kept = (await store.ReadQueuedAsync(Workload.Outbound, 10_000_000, None))
            .GroupBy(queued => Convert.ToHexString(queued.Entry.IdempotencyKey.Span))
            .ToDictionary(same => same.Key, same => same.Count());
        foreach (var name in names)
        {
            Assert.Equal(1, kept.GetValueOrDefault(Convert.ToHexString(Workload.Entry(name).IdempotencyKey.Span)));
        }
    }

    private static async Task AcceptedAsync(SqliteExchangeStore store, IEnumerable<long> sequences)
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
