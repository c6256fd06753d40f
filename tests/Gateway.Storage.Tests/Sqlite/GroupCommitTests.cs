using Gateway.Exchange.Outbox;
using Gateway.Storage.Sqlite;
using Gateway.Storage.Tests.Suite;

namespace Gateway.Storage.Tests.Sqlite;

public sealed class GroupCommitTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly StoreFolder folder = new();
    private readonly StoreMeter meter = new();

    public void Dispose()
    {
        meter.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Operations_that_wait_share_a_commit()
    {
        await using var store = folder.Open(meters: meter);

        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(i => store.EnqueueAsync(Some.Entry($"{i}"), Some.Event(), None)));

        var groups = meter.Of("gateway.storage.group.size");
        Assert.Equal(2_000, groups.Sum());
        Assert.True(groups.Length < 500, $"{groups.Length} commits for 2,000 operations");
    }

    [Fact]
    public async Task A_group_is_no_larger_than_its_limit()
    {
        await using var store = folder.Open(new SqliteStoreOptions { GroupOperationsMax = 7 }, meters: meter);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => store.EnqueueAsync(Some.Entry($"{i}"), Some.Event(), None)));

        Assert.All(meter.Of("gateway.storage.group.size"), size => Assert.InRange(size, 1, 7));
    }

    [Fact]
    public async Task More_callers_than_places_in_the_queue_are_all_served()
    {
        await using var store = folder.Open(new SqliteStoreOptions { QueuedOperationsMax = 2 }, meters: meter);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => store.EnqueueAsync(Some.Entry($"{i}"), Some.Event(), None)));

        Assert.Equal(200, await store.CountOpenAsync(null, None));
    }

    [Fact]
    public async Task Every_commit_is_timed_and_the_queue_is_a_gauge()
    {
        await using var store = folder.Open(meters: meter);
        await store.EnqueueAsync(Some.Entry("1"), Some.Event(), None);

        meter.Observe();

        Assert.Equal(0, Assert.Single(meter.Of("gateway.storage.queue.depth")));
        Assert.InRange(Assert.Single(meter.Of("gateway.storage.commit.duration")), 0, 10);
        Assert.Equal(
            [("gateway.storage.commit.duration", "s"), ("gateway.storage.group.size", "{operation}"), ("gateway.storage.queue.depth", "{operation}")],
            meter.Measurements.Select(measurement => (measurement.Name, measurement.Unit)).Order());
    }

    [Fact]
    public async Task Readers_see_what_was_committed_when_they_began_while_the_writer_goes_on()
    {
        await using var store = folder.Open(new SqliteStoreOptions { ReadersMax = 2 });
        using var enough = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !enough.IsCancellationRequested; i++)
            {
                await store.EnqueueAsync(Some.Entry($"{i}"), Some.Event(), None);
            }
        });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                var queued = await store.ReadQueuedAsync(Some.Outbound, 100_000, None);
                Assert.Equal(Enumerable.Range(1, queued.Count).Select(position => (long)position), queued.Select(entry => entry.Position));
            }
        })));

        await enough.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task A_caller_who_gives_up_while_waiting_changes_nothing_and_one_in_a_group_hears_the_truth()
    {
        await using var store = folder.Open(new SqliteStoreOptions { GroupOperationsMax = 1 });
        using var giveUp = new CancellationTokenSource();
        var calls = Enumerable.Range(0, 300).Select(i => store.EnqueueAsync(Some.Entry($"{i}"), Some.Event(), giveUp.Token)).ToArray();

        await calls[0];
        await giveUp.CancelAsync();

        var kept = 0;
        foreach (var call in calls)
        {
            try
            {
                kept += (await call).Outcome == EnqueueOutcome.Queued ? 1 : 0;
            }
            catch (OperationCanceledException)
            {
                // This one gave up in time; the count below says whether the store agrees.
            }
        }

        Assert.InRange(kept, 1, 299);
        Assert.Equal(kept, await store.CountOpenAsync(null, None));
    }
}
