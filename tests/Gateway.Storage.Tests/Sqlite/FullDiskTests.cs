using Gateway.Exchange;
using Gateway.Exchange.Outbox;
using Gateway.Storage.Load;
using Gateway.Storage.Sqlite;
using Gateway.Storage.Sqlite.Check;
using Gateway.Storage.Tests.Suite;
using Microsoft.Extensions.Logging;

namespace Gateway.Storage.Tests.Sqlite;

public sealed class FullDiskTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_full_store_says_so_keeps_nothing_by_half_and_goes_on_when_there_is_room()
    {
        var options = new SqliteStoreOptions { DatabaseBytesMax = 400 * 4096 };
        await using var store = folder.Open(options);

        var calls = Enumerable.Range(0, 3_000).Select(i => store.EnqueueAsync(Some.Entry($"{i}"), Some.Event(), None)).ToArray();
        var kept = new List<int>();
        var refused = new List<StoreUnavailableException>();
        for (var i = 0; i < calls.Length; i++)
        {
            try
            {
                Assert.Equal(EnqueueOutcome.Queued, (await calls[i]).Outcome);
                kept.Add(i);
            }
            catch (StoreUnavailableException e)
            {
                refused.Add(e);
            }
        }

        Assert.NotEmpty(kept);
        Assert.NotEmpty(refused);
        Assert.All(refused, e => Assert.Equal(StoreUnavailableReason.Full, e.Reason));
        await ExactlyTheseAreKeptAsync(store, kept.Select(i => $"{i}"));

        options.DatabaseBytesMax = 0;
        Assert.Equal(EnqueueOutcome.Queued, (await store.EnqueueAsync(Some.Entry("after"), Some.Event(), None)).Outcome);
        await ExactlyTheseAreKeptAsync(store, [.. kept.Select(i => $"{i}"), "after"]);
    }

    [Fact]
    public async Task A_full_store_still_erases()
    {
        var options = new SqliteStoreOptions { DatabaseBytesMax = 100 * 4096 };
        await using var store = folder.Open(options);
        await store.BindAsync(Some.Binding("handle"), None);
        await FillAsync(store);

        Assert.True(await store.EraseAsync(Some.Binding("handle").BindingId, None));

        Assert.Null(await store.FindByIdAsync(Some.Binding("handle").BindingId, None));
    }

    [Fact]
    public async Task A_failed_group_is_logged_as_an_error_and_the_reopening_too()
    {
        var log = new CollectedLog();
        var options = new SqliteStoreOptions { DatabaseBytesMax = 100 * 4096 };
        await using var store = folder.Open(options, log);

        await FillAsync(store);
        options.DatabaseBytesMax = 0;
        await store.AppendAsync(Some.Event(), None);

        Assert.Contains(log.Entries, entry => entry is { Id.Id: 4100, Level: LogLevel.Error });
        Assert.Contains(log.Entries, entry => entry is { Id.Id: 4101, Level: LogLevel.Information });
    }

    [Fact]
    public async Task A_disk_that_refuses_writes_in_the_middle_of_a_commit_loses_nothing_that_was_acknowledged()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs RLIMIT_FSIZE");
        using var load = new LoadProcess("limited", folder.Path, $"{3 << 20}");

        var exitCode = await load.EndAsync();

        Assert.True(exitCode == 0, await load.Errors);
        var refusal = Assert.Single(load.Lines, line => line.StartsWith("refused ", StringComparison.Ordinal));
        Assert.Contains(refusal, new[] { "refused Failing", "refused Full" });
        Assert.Contains("queued after-199", load.Lines);
        var report = await StoreCheck.VerifyAsync(folder.Path, None);
        Assert.Empty(report.Findings);
        await using var store = folder.Open();
        var kept = (await store.ReadQueuedAsync(Workload.Outbound, 1_000_000, None)).Select(queued => Convert.ToHexString(queued.Entry.IdempotencyKey.Span));
        var acknowledged = load.Lines.Where(line => line.StartsWith("queued ", StringComparison.Ordinal))
            .Select(line => Convert.ToHexString(Workload.Entry(line["queued ".Length..]).IdempotencyKey.Span));
        Assert.Equal(acknowledged.Order(), kept.Order());
    }

    private static async Task FillAsync(SqliteExchangeStore store)
    {
        for (var i = 0; i < 10_000; i++)
        {
            try
            {
                await store.EnqueueAsync(Some.Entry($"filler {i}"), Some.Event(), None);
            }
            catch (StoreUnavailableException e) when (e.Reason == StoreUnavailableReason.Full)
            {
                return;
            }
        }

        Assert.Fail("the limit on the database file did not hold");
    }

    private async Task ExactlyTheseAreKeptAsync(SqliteExchangeStore store, IEnumerable<string> names)
    {
        var kept = (await store.ReadQueuedAsync(Some.Outbound, 100_000, None)).Select(queued => Convert.ToHexString(queued.Entry.IdempotencyKey.Span)).ToArray();
        Assert.Equal(names.Select(name => Convert.ToHexString(Some.Entry(name).IdempotencyKey.Span)).Order(), kept.Order());
        Assert.Equal(kept.Length, await store.CountOpenAsync(null, None));
        Assert.Equal(kept.Length, (await store.ReadAsync(1, 100_000, None)).Count);
        Assert.Empty((await StoreCheck.VerifyAsync(folder.Path, None)).Findings);
    }
}
