using Gateway.Exchange.Inbox;

namespace Gateway.Storage.Tests.Suite;

public abstract partial class ExchangeStoreSuite
{
    [Fact]
    public async Task A_message_of_an_older_session_is_fenced_and_nothing_is_kept()
    {
        var old = await OpenEpochAsync();
        await OpenEpochAsync();

        Assert.Equal(AcceptOutcome.Fenced, await AcceptAsync(Some.Message(old, 1, Some.Mapping("a"))));

        await NothingCameInAsync();
    }

    [Fact]
    public async Task A_message_on_a_channel_that_was_never_opened_is_fenced()
    {
        Assert.Equal(AcceptOutcome.Fenced, await AcceptAsync(Some.Message(0, 1, Some.Mapping("a"))));

        await NothingCameInAsync();
    }

    [Fact]
    public async Task The_epoch_is_checked_before_anything_else()
    {
        var old = await OpenEpochAsync();
        await AcceptAsync(Some.Message(old, 1));
        await OpenEpochAsync();

        Assert.Equal(AcceptOutcome.Fenced, await AcceptAsync(Some.Message(old, 1)));
        Assert.Equal(AcceptOutcome.Fenced, await AcceptAsync(Some.Message(old, 1) with { MessageHash = Some.Bytes(32, "other") }));
        Assert.Equal(AcceptOutcome.Fenced, await AcceptAsync(Some.Message(old, 9)));
    }

    [Fact]
    public async Task A_sequence_used_for_other_content_is_equivocation()
    {
        var epoch = await OpenEpochAsync();
        await AcceptAsync(Some.Message(epoch, 1));

        Assert.Equal(AcceptOutcome.Equivocation, await AcceptAsync(Some.Message(epoch, 1) with { MessageHash = Some.Bytes(32, "other") }));
        Assert.Equal(AcceptOutcome.Equivocation, await AcceptAsync(Some.Message(epoch, 1) with { MessageId = Some.Bytes(16, "other") }));

        Assert.Single(await EvidenceAsync());
    }

    [Fact]
    public async Task A_message_id_used_under_another_sequence_is_equivocation()
    {
        var epoch = await OpenEpochAsync();
        await AcceptAsync(Some.Message(epoch, 1));
        var reused = Some.Message(epoch, 2, Some.Mapping("a")) with { MessageId = Some.Message(epoch, 1).MessageId };

        Assert.Equal(AcceptOutcome.Equivocation, await AcceptAsync(reused));

        Assert.Single(await EvidenceAsync());
        Assert.Equal(0, await Store.CountKeptAsync(None));
    }

    [Fact]
    public async Task Equivocation_is_checked_before_the_sequence()
    {
        var epoch = await OpenEpochAsync();
        await AcceptAsync(Some.Message(epoch, 1));
        var reused = Some.Message(epoch, 9) with { MessageId = Some.Message(epoch, 1).MessageId };

        Assert.Equal(AcceptOutcome.Equivocation, await AcceptAsync(reused));
    }

    [Fact]
    public async Task A_gap_in_the_sequence_is_refused_and_nothing_is_kept()
    {
        var epoch = await OpenEpochAsync();

        Assert.Equal(AcceptOutcome.OutOfSequence, await AcceptAsync(Some.Message(epoch, 2, Some.Mapping("a"))));

        await NothingCameInAsync();
    }

    [Fact]
    public async Task A_message_that_does_not_name_the_one_before_it_is_refused()
    {
        var epoch = await OpenEpochAsync();
        var first = Some.Message(epoch, 1) with { PreviousMessageHash = Some.Bytes(32, "something") };
        Assert.Equal(AcceptOutcome.OutOfSequence, await AcceptAsync(first));
        await AcceptAsync(Some.Message(epoch, 1));

        var second = Some.Message(epoch, 2) with { PreviousMessageHash = Some.Bytes(32, "something") };
        Assert.Equal(AcceptOutcome.OutOfSequence, await AcceptAsync(second));
        Assert.Equal(AcceptOutcome.OutOfSequence, await AcceptAsync(second with { PreviousMessageHash = ReadOnlyMemory<byte>.Empty }));
        Assert.Single(await EvidenceAsync());
    }

    [Fact]
    public async Task An_accepted_message_keeps_mappings_evidence_and_sequence_together()
    {
        var epoch = await OpenEpochAsync();

        var result = await Store.AcceptAsync(Some.Message(epoch, 1, Some.Mapping("a"), Some.Mapping("b")), None);

        Same.As(new AcceptResult(AcceptOutcome.Accepted, ReadOnlyMemory<byte>.Empty), result);
        Assert.Equal(2, await Store.CountKeptAsync(None));
        Assert.Equal(["RelayAcceptance"], await EventNamesAsync());
        Same.As(new InboundChannel(epoch + 1, 1, Some.MessageHash(1)), await Store.OpenEpochAsync(Some.Inbound, None));
    }

    [Fact]
    public async Task The_same_message_again_has_no_effect_and_no_receipt_while_none_was_issued()
    {
        var epoch = await OpenEpochAsync();
        await AcceptAsync(Some.Message(epoch, 1, Some.Mapping("a")));

        var repeat = await Store.AcceptAsync(Some.Message(epoch, 1, Some.Mapping("a")), None);

        Same.As(new AcceptResult(AcceptOutcome.Repeat, ReadOnlyMemory<byte>.Empty), repeat);
        Assert.Equal(1, await Store.CountKeptAsync(None));
        Assert.Single(await EvidenceAsync());
    }

    [Fact]
    public async Task A_repeat_gets_the_original_receipt_on_a_later_session_too()
    {
        var epoch = await OpenEpochAsync();
        await AcceptAsync(Some.Message(epoch, 1));
        await AcceptAsync(Some.Message(epoch, 2));
        await Store.RecordIssuedReceiptAsync(Some.Inbound, 1, Some.Receipt(1), None);
        await ReopenAsync();

        var repeat = await Store.AcceptAsync(Some.Message(await OpenEpochAsync(), 1), None);

        Same.As(new AcceptResult(AcceptOutcome.Repeat, Some.Receipt(1)), repeat);
    }

    [Fact]
    public async Task A_receipt_that_comes_with_its_message_is_kept_with_it_and_is_the_one_a_repeat_gets()
    {
        var epoch = await OpenEpochAsync();
        var message = Some.Message(epoch, 1) with { Receipt = Some.Receipt(1) };

        Same.As(new AcceptResult(AcceptOutcome.Accepted, Some.Receipt(1)), await Store.AcceptAsync(message, None));
        Same.As(new AcceptResult(AcceptOutcome.Repeat, Some.Receipt(1)), await Store.AcceptAsync(message with { Receipt = Some.Receipt(1, "second") }, None));
    }

    [Fact]
    public async Task The_first_issued_receipt_stays_and_is_the_one_returned()
    {
        await AcceptAsync(Some.Message(await OpenEpochAsync(), 1));

        var first = await Store.RecordIssuedReceiptAsync(Some.Inbound, 1, Some.Receipt(1, "first"), None);
        var second = await Store.RecordIssuedReceiptAsync(Some.Inbound, 1, Some.Receipt(1, "second"), None);

        Same.As<ReadOnlyMemory<byte>>(Some.Receipt(1, "first"), first);
        Same.As<ReadOnlyMemory<byte>>(Some.Receipt(1, "first"), second);
    }

    [Fact]
    public async Task A_receipt_for_what_was_never_accepted_is_a_mistake()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.RecordIssuedReceiptAsync(Some.Inbound, 1, Some.Receipt(1), None));
        await OpenEpochAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.RecordIssuedReceiptAsync(Some.Inbound, 1, Some.Receipt(1), None));
    }

    [Fact]
    public async Task Every_session_has_a_newer_epoch_and_the_same_sequence()
    {
        Same.As(new InboundChannel(1, 0, ReadOnlyMemory<byte>.Empty), await Store.OpenEpochAsync(Some.Inbound, None));
        await AcceptAsync(Some.Message(1, 1));

        await ReopenAsync();

        Same.As(new InboundChannel(2, 1, Some.MessageHash(1)), await Store.OpenEpochAsync(Some.Inbound, None));
    }

    [Fact]
    public async Task Channels_count_for_themselves()
    {
        var other = Some.Inbound with { AgreementId = "agreement-2" };
        await AcceptAsync(Some.Message(await OpenEpochAsync(), 1));
        var epoch = await OpenEpochAsync(other);

        Assert.Equal(AcceptOutcome.Accepted, await AcceptAsync(Some.Message(epoch, 1) with { Channel = other }));
    }

    private async Task<AcceptOutcome> AcceptAsync(VerifiedBatch batch) => (await Store.AcceptAsync(batch, None)).Outcome;

    private async Task NothingCameInAsync()
    {
        Assert.Empty(await EvidenceAsync());
        Assert.Equal(0, await Store.CountKeptAsync(None));
        Assert.Equal(0, (await Store.OpenEpochAsync(Some.Inbound, None)).LastSequence);
    }
}
