using Gateway.Exchange.Outbox;

namespace Gateway.Storage.Tests.Suite;

public abstract partial class ExchangeStoreSuite
{
    [Fact]
    public async Task The_order_of_each_of_64_producers_is_kept()
    {
        const int producers = 64;
        const int each = 20;

        await Task.WhenAll(Enumerable.Range(0, producers).Select(producer => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++)
            {
                Assert.Equal(EnqueueOutcome.Queued, await EnqueueAsync(Some.Entry($"{producer}/{i}", binding: $"{producer}", version: i)));
            }
        })));

        var queued = await Store.ReadQueuedAsync(Some.Outbound, producers * each * 2, None);
        Assert.Equal(producers * each, queued.Count);
        Assert.Equal(queued.Count, queued.Select(entry => entry.Position).Distinct().Count());
        foreach (var ofProducer in queued.GroupBy(entry => Convert.ToHexString(entry.Entry.BindingId.Span)))
        {
            Assert.Equal(Enumerable.Range(0, each), ofProducer.Select(entry => entry.Entry.Version));
        }
    }

    [Fact]
    public async Task One_key_queued_by_many_at_once_is_kept_once()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(() => EnqueueAsync(Some.Entry("1")))));

        Assert.Equal(1, outcomes.Count(outcome => outcome == EnqueueOutcome.Queued));
        Assert.Equal(63, outcomes.Count(outcome => outcome == EnqueueOutcome.Repeat));
        Assert.Equal(1, await Store.CountOpenAsync(null, None));
    }

    [Fact]
    public async Task An_operation_that_fails_does_not_spoil_those_beside_it()
    {
        await EnqueueAsync(Some.Entry("first"));

        var good = Enumerable.Range(0, 100).Select(i => EnqueueAsync(Some.Entry($"{i}"))).ToArray();
        var bad = Enumerable.Range(0, 20).Select(i => EnqueueAsync(Some.Entry($"bad {i}") with { MappingId = Some.Bytes(5, "short") })).ToArray();
        var more = Enumerable.Range(100, 100).Select(i => EnqueueAsync(Some.Entry($"{i}"))).ToArray();

        foreach (var task in bad)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => task);
        }

        Assert.All(await Task.WhenAll(good.Concat(more)), outcome => Assert.Equal(EnqueueOutcome.Queued, outcome));
        Assert.Equal(201, await Store.CountOpenAsync(null, None));
        Assert.Equal(201, (await EvidenceAsync()).Count);
    }

    [Fact]
    public async Task A_caller_who_gave_up_before_the_start_changes_nothing()
    {
        using var gaveUp = new CancellationTokenSource();
        await gaveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.EnqueueAsync(Some.Entry("1"), Some.Event(), gaveUp.Token));

        Assert.Equal(0, await Store.CountOpenAsync(null, None));
    }

    [Fact]
    public async Task A_closed_store_refuses()
    {
        await Store.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => EnqueueAsync(Some.Entry("1")));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Store.CountOpenAsync(null, None));
        await Store.DisposeAsync();
    }

    [Fact]
    public async Task What_waits_when_the_store_closes_is_still_kept()
    {
        var waiting = Enumerable.Range(0, 500).Select(i => EnqueueAsync(Some.Entry($"{i}"))).ToArray();

        await ReopenAsync();

        Assert.All(await Task.WhenAll(waiting), outcome => Assert.Equal(EnqueueOutcome.Queued, outcome));
        Assert.Equal(500, await Store.CountOpenAsync(null, None));
    }
}
