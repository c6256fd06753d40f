using Gateway.Exchange.Evidence;

namespace Gateway.Storage.Tests.Suite;

public abstract partial class ExchangeStoreSuite
{
    [Fact]
    public async Task A_change_that_is_refused_leaves_no_event()
    {
        await EnqueueAsync(Some.Entry("1"));
        await EnqueueAsync(Some.Entry("1"));
        await EnqueueAsync(Some.Entry("1", request: "other"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ReceiptAsync(1));

        Assert.Single(await EvidenceAsync());
    }

    [Fact]
    public async Task An_appended_event_comes_back_at_its_place()
    {
        var first = await Store.AppendAsync(Some.Event("SubmissionRejection", "NO_AGREEMENT"), None);
        var second = await Store.AppendAsync(Some.Event("RelayFailure"), None);

        Same.As([first, second], (await EvidenceAsync()).ToArray());
        Assert.Equal((1, 2), (first.Position, second.Position));
    }

    [Fact]
    public async Task Every_event_is_chained_to_the_one_before_it_whatever_change_it_came_with()
    {
        await SealAsync(1, "1", "2");
        await ReceiptAsync(1);
        await ReceiveAsync(1, Some.Mapping("a", notAfter: Some.Time));
        await Store.DestroyExpiredAsync(Some.Time, None);
        await Store.AppendAsync(Some.Event("RelayFailure", "NO_RECEIPT"), None);
        await ReopenAsync();
        await Store.AppendAsync(Some.Event("SubmissionRejection"), None);

        var chain = await EvidenceAsync();

        var previous = EvidenceChain.Genesis;
        foreach (var (chained, position) in chain.Select((chained, i) => (chained, i + 1L)))
        {
            Assert.Equal(position, chained.Position);
            Same.As(previous, chained.PreviousHash);
            Same.As<ReadOnlyMemory<byte>>(EvidenceChain.Next(previous.Span, position, chained.Salt.Span, chained.Event), chained.Hash);
            previous = chained.Hash;
        }

        Assert.Equal(7, chain.Count);
    }

    [Fact]
    public async Task Evidence_is_read_from_a_position_on_and_no_more_than_asked()
    {
        for (var i = 0; i < 5; i++)
        {
            await Store.AppendAsync(Some.Event(), None);
        }

        var all = await EvidenceAsync();

        Same.As(all.Skip(2).Take(2).ToArray(), (await Store.ReadAsync(3, 2, None)).ToArray());
        Same.As(all.ToArray(), (await Store.ReadAsync(0, 100, None)).ToArray());
        Assert.Empty(await Store.ReadAsync(6, 10, None));
        Assert.Empty(await Store.ReadAsync(60, 10, None));
    }

    [Fact]
    public async Task Failed_relays_are_read_without_the_others_from_a_position_on_and_no_more_than_asked()
    {
        for (var i = 0; i < 3; i++)
        {
            await Store.AppendAsync(Some.Event(), None);
            await Store.AppendAsync(Some.Event("RelayFailure"), None);
        }

        var failures = (await EvidenceAsync()).Where(chained => chained.Event.Name == EventNames.RelayFailure).ToArray();

        Same.As(failures, (await Store.ReadRelayFailuresAsync(1, 10, None)).ToArray());
        Same.As(failures[1..2], (await Store.ReadRelayFailuresAsync(3, 1, None)).ToArray());
        Assert.Empty(await Store.ReadRelayFailuresAsync(7, 10, None));
    }
}
