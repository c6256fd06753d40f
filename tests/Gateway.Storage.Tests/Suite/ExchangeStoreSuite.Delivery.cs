using Gateway.Exchange.Outbox;

namespace Gateway.Storage.Tests.Suite;

public abstract partial class ExchangeStoreSuite
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_sequence_that_does_not_follow_is_refused_and_leaves_the_entries_queued(long sequence)
    {
        await SealAsync(1, "1");
        await EnqueueAsync(Some.Entry("2"));
        var queued = await Store.ReadQueuedAsync(Some.Outbound, 10, None);
        var batch = Some.Batch(2, 1) with { Sequence = sequence };

        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.RecordSealedAsync(batch, queued, None));

        Same.As(queued, await Store.ReadQueuedAsync(Some.Outbound, 10, None));
        Assert.Equal(1, (await Store.GetChannelAsync(Some.Outbound, None)).LastSequence);
    }

    [Fact]
    public async Task An_entry_that_is_in_a_message_already_is_refused_and_nothing_of_the_batch_is_kept()
    {
        await EnqueueAsync(Some.Entry("1"));
        var taken = await Store.ReadQueuedAsync(Some.Outbound, 10, None);
        await Store.RecordSealedAsync(Some.Batch(1, 1), taken, None);
        await EnqueueAsync(Some.Entry("2"));
        var queued = await Store.ReadQueuedAsync(Some.Outbound, 10, None);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.RecordSealedAsync(Some.Batch(2, 2), [.. queued, .. taken], None));

        Same.As(queued, await Store.ReadQueuedAsync(Some.Outbound, 10, None));
        Assert.Null(await Store.FindMessageAsync(Some.Outbound, 2, None));
    }

    [Fact]
    public async Task An_entry_of_another_channel_is_refused()
    {
        var other = Some.Outbound with { AgreementId = "agreement-2" };
        await EnqueueAsync(Some.Entry("1"));
        await EnqueueAsync(Some.Entry("2", other));
        var foreign = await Store.ReadQueuedAsync(other, 10, None);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.RecordSealedAsync(Some.Batch(1, 1), foreign, None));

        Same.As(foreign, await Store.ReadQueuedAsync(other, 10, None));
    }

    [Fact]
    public async Task A_batch_without_a_path_for_each_entry_is_refused()
    {
        await EnqueueAsync(Some.Entry("1"));
        var queued = await Store.ReadQueuedAsync(Some.Outbound, 10, None);

        await Assert.ThrowsAsync<ArgumentException>(() => Store.RecordSealedAsync(Some.Batch(1, 2), queued, None));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.RecordSealedAsync(Some.Batch(1, 0), [], None));
    }

    [Fact]
    public async Task A_sealed_message_comes_back_as_the_bytes_that_are_sent()
    {
        var batch = await SealAsync(1, "1", "2");

        Same.As(batch, await Store.FindMessageAsync(Some.Outbound, 1, None));
        Same.As([batch], (await Store.ReadUnreceiptedAsync(Some.Outbound, 0, 10, None)).ToArray());
        Assert.Empty(await Store.ReadQueuedAsync(Some.Outbound, 10, None));
    }

    [Fact]
    public async Task A_message_that_was_never_sealed_is_not_found()
    {
        await SealAsync(1, "1");

        Assert.Null(await Store.FindMessageAsync(Some.Outbound, 2, None));
        Assert.Null(await Store.FindMessageAsync(Some.Inbound, 1, None));
        Assert.Empty(await Store.ReadUnreceiptedAsync(Some.Inbound, 0, 10, None));
    }

    [Fact]
    public async Task Messages_to_send_again_are_above_the_sequence_in_order_without_receipted_and_refused_ones()
    {
        foreach (var sequence in new[] { 1, 2, 3, 4, 5, 6 })
        {
            await SealAsync(sequence, $"{sequence}");
        }

        await ReceiptAsync(3);
        await RefuseAsync(4);

        var again = await Store.ReadUnreceiptedAsync(Some.Outbound, aboveSequence: 1, limit: 2, None);

        Assert.Equal([2, 5], again.Select(batch => batch.Sequence));
    }

    [Fact]
    public async Task A_channel_before_its_first_message_stands_at_zero()
    {
        Same.As(new OutboundChannel(0, ReadOnlyMemory<byte>.Empty, 0), await Store.GetChannelAsync(Some.Outbound, None));
    }

    [Fact]
    public async Task A_channel_is_receipted_up_to_the_first_message_without_a_receipt()
    {
        foreach (var sequence in new[] { 1, 2, 3 })
        {
            await SealAsync(sequence, $"{sequence}");
        }

        await ReceiptAsync(3);
        Assert.Equal(0, (await Store.GetChannelAsync(Some.Outbound, None)).LastReceipted);
        await ReceiptAsync(1);
        Assert.Equal(1, (await Store.GetChannelAsync(Some.Outbound, None)).LastReceipted);
        await ReceiptAsync(2);
        Same.As(new OutboundChannel(3, Some.Batch(3, 1).MessageHash, 3), await Store.GetChannelAsync(Some.Outbound, None));
    }

    [Fact]
    public async Task A_refused_message_holds_the_receipted_mark_back()
    {
        await SealAsync(1, "1");
        await SealAsync(2, "2");
        await RefuseAsync(1);

        await ReceiptAsync(2);

        Assert.Equal(0, (await Store.GetChannelAsync(Some.Outbound, None)).LastReceipted);
    }

    [Fact]
    public async Task The_first_receipt_stays()
    {
        await SealAsync(1, "1");
        await ReceiptAsync(1, "first");

        await ReceiptAsync(1, "second");

        Same.As<ReadOnlyMemory<byte>>(Some.Receipt(1, "first"), (await DeliveryAsync("1")).Receipt);
        Assert.Equal(["SubmissionAcceptance", "RelayAcceptance"], await EventNamesAsync());
    }

    [Fact]
    public async Task A_receipt_or_refusal_of_what_was_never_sealed_is_a_mistake()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => ReceiptAsync(1));
        await Assert.ThrowsAsync<InvalidOperationException>(() => RefuseAsync(1));
        Assert.Empty(await EvidenceAsync());
    }

    [Fact]
    public async Task A_refusal_after_the_receipt_changes_nothing()
    {
        await SealAsync(1, "1");
        await ReceiptAsync(1);

        await RefuseAsync(1);

        Assert.Equal(DeliveryState.Receipted, (await DeliveryAsync("1")).State);
        Assert.DoesNotContain("RelayRejection", await EventNamesAsync());
    }

    [Fact]
    public async Task A_second_refusal_changes_nothing()
    {
        await SealAsync(1, "1");
        await RefuseAsync(1);

        await RefuseAsync(1);

        Assert.Equal(["SubmissionAcceptance", "RelayRejection"], await EventNamesAsync());
    }

    [Fact]
    public async Task A_receipt_ends_a_refusal_because_it_proves_more()
    {
        await SealAsync(1, "1");
        await RefuseAsync(1);

        await ReceiptAsync(1);

        Assert.Equal(DeliveryState.Receipted, (await DeliveryAsync("1")).State);
        Assert.Equal(1, (await Store.GetChannelAsync(Some.Outbound, None)).LastReceipted);
        Assert.Equal(0, await Store.CountOpenAsync(null, None));
    }

    [Fact]
    public async Task A_delivery_is_followed_from_the_queue_to_the_receipt()
    {
        var empty = ReadOnlyMemory<byte>.Empty;
        Assert.Null(await Store.FindDeliveryAsync(Some.Entry("2").MappingId, None));
        await EnqueueAsync(Some.Entry("1"));
        await EnqueueAsync(Some.Entry("2"));
        Same.As(new DeliveryStatus(DeliveryState.Queued, Some.Outbound, 0, empty, empty, 0, 0, empty), await DeliveryAsync("2"));

        var batch = Some.Batch(1, 2);
        await Store.RecordSealedAsync(batch, await Store.ReadQueuedAsync(Some.Outbound, 10, None), None);
        Same.As(
            new DeliveryStatus(DeliveryState.Sealed, Some.Outbound, 1, empty, batch.SignedMessage, 1, 2, batch.InclusionPaths[1]), await DeliveryAsync("2"));

        await ReceiptAsync(1);
        Same.As(
            new DeliveryStatus(DeliveryState.Receipted, Some.Outbound, 1, Some.Receipt(1), batch.SignedMessage, 1, 2, batch.InclusionPaths[1]),
            await DeliveryAsync("2"));
    }

    [Fact]
    public async Task A_refused_delivery_says_so()
    {
        await SealAsync(1, "1");

        await RefuseAsync(1);

        Assert.Equal(DeliveryState.Refused, (await DeliveryAsync("1")).State);
        Assert.Equal(1, await Store.CountOpenAsync(null, None));
    }

    [Fact]
    public async Task A_delivery_is_that_of_the_newest_version()
    {
        await SealAsync(1, "1");
        await ReceiptAsync(1);

        await EnqueueAsync(Some.Entry("2", mapping: "1", version: 2));

        Assert.Equal(DeliveryState.Queued, (await DeliveryAsync("1")).State);
    }

    [Fact]
    public async Task Envelopes_are_destroyed_only_after_their_receipt_and_their_evidence_stays()
    {
        var receipted = await SealAsync(1, "1");
        var open = await SealAsync(2, "2");
        var refused = await SealAsync(3, "3");
        await ReceiptAsync(1);
        await RefuseAsync(3);

        Assert.Equal(0, await Store.DestroyReceiptedEnvelopesAsync(Some.Time, None));
        Assert.Equal(1, await Store.DestroyReceiptedEnvelopesAsync(Some.Time.AddMilliseconds(1), None));
        Assert.Equal(0, await Store.DestroyReceiptedEnvelopesAsync(Some.Time.AddMilliseconds(1), None));

        Same.As(receipted with { Envelope = ReadOnlyMemory<byte>.Empty }, await Store.FindMessageAsync(Some.Outbound, 1, None));
        Same.As(open, await Store.FindMessageAsync(Some.Outbound, 2, None));
        Same.As(refused, await Store.FindMessageAsync(Some.Outbound, 3, None));
        Same.As<ReadOnlyMemory<byte>>(Some.Receipt(1), (await DeliveryAsync("1")).Receipt);
    }

    [Fact]
    public async Task Messages_receipts_and_marks_are_there_after_a_restart()
    {
        await SealAsync(1, "1");
        var second = await SealAsync(2, "2");
        await ReceiptAsync(1);

        await ReopenAsync();

        Same.As(new OutboundChannel(2, second.MessageHash, 1), await Store.GetChannelAsync(Some.Outbound, None));
        Same.As([second], (await Store.ReadUnreceiptedAsync(Some.Outbound, 0, 10, None)).ToArray());
        Assert.Equal(DeliveryState.Receipted, (await DeliveryAsync("1")).State);
    }

    private async Task<DeliveryStatus> DeliveryAsync(string mapping) =>
        (await Store.FindDeliveryAsync(Some.Bytes(16, mapping + "/mapping id"), None))!;
}
