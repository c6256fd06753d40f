using Gateway.Exchange.Outbox;

namespace Gateway.Storage.Tests.Suite;

public abstract partial class ExchangeStoreSuite
{
    [Fact]
    public async Task A_full_outbox_keeps_nothing_more()
    {
        await ReopenAsync(outboxEntriesMax: 2);
        await EnqueueAsync(Some.Entry("1"));
        await EnqueueAsync(Some.Entry("2"));

        var (outcome, existing) = await Store.EnqueueAsync(Some.Entry("3"), Some.Event(), None);

        Assert.Equal(EnqueueOutcome.Full, outcome);
        Assert.Null(existing);
        Assert.Equal(2, await Store.CountOpenAsync(null, None));
        Assert.Equal(2, (await EvidenceAsync()).Count);
    }

    [Fact]
    public async Task A_full_outbox_still_knows_what_it_has()
    {
        await ReopenAsync(outboxEntriesMax: 1);
        await EnqueueAsync(Some.Entry("1"));

        Assert.Equal(EnqueueOutcome.Repeat, await EnqueueAsync(Some.Entry("1")));
    }

    [Fact]
    public async Task A_receipt_makes_room_in_a_full_outbox()
    {
        await ReopenAsync(outboxEntriesMax: 2);
        await SealAsync(1, "1", "2");
        Assert.Equal(EnqueueOutcome.Full, await EnqueueAsync(Some.Entry("3")));

        await ReceiptAsync(1);

        Assert.Equal(EnqueueOutcome.Queued, await EnqueueAsync(Some.Entry("3")));
    }

    [Fact]
    public async Task An_entry_that_was_refused_as_a_mistake_does_not_count_against_the_limit()
    {
        await ReopenAsync(outboxEntriesMax: 1);

        await Assert.ThrowsAsync<InvalidOperationException>(() => EnqueueAsync(Some.Entry("1") with { MappingId = Some.Bytes(5, "short") }));

        Assert.Equal(EnqueueOutcome.Queued, await EnqueueAsync(Some.Entry("1")));
    }

    [Fact]
    public async Task The_limit_counts_what_was_there_before_a_restart()
    {
        await EnqueueAsync(Some.Entry("1"));

        await ReopenAsync(outboxEntriesMax: 1);

        Assert.Equal(EnqueueOutcome.Full, await EnqueueAsync(Some.Entry("2")));
    }

    [Fact]
    public async Task An_idempotency_key_used_for_another_request_is_a_conflict_and_shows_nothing()
    {
        await EnqueueAsync(Some.Entry("1"));

        var (outcome, existing) = await Store.EnqueueAsync(Some.Entry("1", request: "other"), Some.Event(), None);

        Assert.Equal(EnqueueOutcome.Conflict, outcome);
        Assert.Null(existing);
        Assert.Single(await EvidenceAsync());
    }

    [Fact]
    public async Task The_same_request_again_is_a_repeat_and_returns_the_stored_entry()
    {
        var stored = Some.Entry("1");
        await EnqueueAsync(stored);

        var (outcome, existing) = await Store.EnqueueAsync(stored with { MappingId = Some.Bytes(16, "another attempt") }, Some.Event(), None);

        Assert.Equal(EnqueueOutcome.Repeat, outcome);
        Same.As(stored, existing);
        Assert.Single(await EvidenceAsync());
        Assert.Equal(1, await Store.CountOpenAsync(null, None));
    }

    [Fact]
    public async Task A_repeat_after_sealing_returns_the_entry_without_its_destroyed_content()
    {
        await SealAsync(1, "1");

        var (outcome, existing) = await Store.EnqueueAsync(Some.Entry("1"), Some.Event(), None);

        Assert.Equal(EnqueueOutcome.Repeat, outcome);
        Assert.True(existing!.Content.WrappedKey.IsEmpty && existing.Content.Ciphertext.IsEmpty);
    }

    [Fact]
    public async Task Queueing_keeps_the_entry_with_its_event()
    {
        await Store.EnqueueAsync(Some.Entry("1"), Some.Event("SubmissionAcceptance"), None);

        Same.As(Some.Entry("1"), (await Store.ReadQueuedAsync(Some.Outbound, 10, None)).Single().Entry);
        Assert.Equal(["SubmissionAcceptance"], await EventNamesAsync());
    }

    [Fact]
    public async Task Queued_entries_come_in_order_of_arrival_and_no_more_than_asked()
    {
        foreach (var name in new[] { "1", "2", "3" })
        {
            await EnqueueAsync(Some.Entry(name));
        }

        var first = await Store.ReadQueuedAsync(Some.Outbound, 2, None);
        var all = await Store.ReadQueuedAsync(Some.Outbound, 10, None);

        Same.As([Some.Entry("1"), Some.Entry("2")], first.Select(queued => queued.Entry).ToArray());
        Same.As([Some.Entry("1"), Some.Entry("2"), Some.Entry("3")], all.Select(queued => queued.Entry).ToArray());
        Assert.Equal(all.Select(queued => queued.Position).Order(), all.Select(queued => queued.Position));
    }

    [Fact]
    public async Task Channels_do_not_mix()
    {
        var other = Some.Outbound with { AgreementId = "agreement-2" };
        await EnqueueAsync(Some.Entry("1"));
        await EnqueueAsync(Some.Entry("2", other));

        var queued = await Store.ReadQueuedAsync(other, 10, None);

        Same.As(Some.Entry("2", other), queued.Single().Entry);
        Assert.Empty(await Store.ReadQueuedAsync(Some.Outbound with { Recipient = "gamma" }, 10, None));
    }

    [Fact]
    public async Task Open_entries_are_counted_by_recipient_and_in_all_until_their_receipt()
    {
        await SealAsync(1, "1", "2");
        await EnqueueAsync(Some.Entry("3"));
        await EnqueueAsync(Some.Entry("4", Some.Outbound with { Recipient = "gamma" }));
        Assert.Equal((3, 1, 4), (await Store.CountOpenAsync("beta", None), await Store.CountOpenAsync("gamma", None), await Store.CountOpenAsync(null, None)));

        await ReceiptAsync(1);

        Assert.Equal((1, 1, 2), (await Store.CountOpenAsync("beta", None), await Store.CountOpenAsync("gamma", None), await Store.CountOpenAsync(null, None)));
        Assert.Equal(0, await Store.CountOpenAsync("nobody", None));
    }

    [Fact]
    public async Task Queued_entries_are_there_after_a_restart()
    {
        await EnqueueAsync(Some.Entry("1"));

        await ReopenAsync();

        Same.As(Some.Entry("1"), (await Store.ReadQueuedAsync(Some.Outbound, 10, None)).Single().Entry);
    }

    [Fact]
    public async Task What_a_binding_was_shared_as_is_its_newest_versions()
    {
        await EnqueueAsync(Some.Entry("1", mapping: "a", version: 1, binding: "mine"));
        await EnqueueAsync(Some.Entry("2", mapping: "a", version: 2, binding: "mine"));
        await EnqueueAsync(Some.Entry("3", Some.Outbound with { Recipient = "gamma" }, mapping: "b", version: 1, binding: "mine"));
        await EnqueueAsync(Some.Entry("4", mapping: "c", version: 1, binding: "another"));

        var shared = await Store.ReadSharedAsync(Some.Bytes(16, "mine"), None);

        Same.As(
            [
                new SharedMapping(Some.Bytes(16, "a/mapping id"), 2, Some.Outbound, "roaming-fraud", Some.Bytes(16, "1/idempotency key"), null),
                new SharedMapping(Some.Bytes(16, "b/mapping id"), 1, Some.Outbound with { Recipient = "gamma" }, "roaming-fraud", Some.Bytes(16, "3/idempotency key"), null),
            ],
            shared.ToArray());
    }
}
