using System.Globalization;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Tests.Nodes;
using Gateway.Sealing.Signatures;
using Gateway.TestKit;

namespace Gateway.Exchange.Tests.Inbox;

/// <summary>A receipt means durable: what happens when the store fails between any two steps.</summary>
public sealed class FailingStoreTests
{
    [Fact]
    public async Task A_message_the_store_does_not_keep_is_refused_as_unavailable_and_kept_when_it_comes_again()
    {
        await using var beta = Receiver.Node(new NodeSetup { AroundStore = store => new FaultyStore(store) { FailAccept = 1 } });
        beta.Expect("StoreUnavailable");
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        var message = alpha.Seal([Some.Mapping()]);

        Assert.Equal(RefusalCode.Unavailable, await alpha.RefusedAsync(message));
        Assert.Equal(0, await beta.Store.CountKeptAsync(default));

        await alpha.ReceiptedAsync(message);
        Assert.Equal(1, await beta.Store.CountKeptAsync(default));
    }

    [Fact]
    public async Task A_message_kept_without_its_receipt_gets_one_when_it_comes_again_and_then_always_that_one()
    {
        await using var beta = Receiver.Node(new NodeSetup { AroundStore = store => new FaultyStore(store) { FailIssuedReceipt = 1 } });
        beta.Expect("StoreUnavailable");
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        var message = alpha.Seal([Some.Mapping()]);

        Assert.Equal(RefusalCode.Unavailable, await alpha.RefusedAsync(message));
        Assert.Equal(1, await beta.Store.CountKeptAsync(default));
        var first = await alpha.ReceiptedAsync(message);
        var second = await alpha.ReceiptedAsync(message);

        Assert.Equal(first, second);
        Assert.Single(await beta.ReasonsAsync(EventNames.RelayAcceptance));
    }

    [Fact]
    public async Task A_receiver_that_crashed_between_keeping_and_answering_answers_after_its_restart()
    {
        FaultyStore? faulty = null;
        await using var beta = Receiver.Node(new NodeSetup { AroundStore = store => faulty ??= new FaultyStore(store) { FailIssuedReceipt = 1 } });
        beta.Expect("StoreUnavailable");
        SealedMessage message;
        await using (var before = new HandSender(beta))
        {
            await before.WelcomedAsync();
            message = before.Seal([Some.Mapping()]);
            await before.RefusedAsync(message);
        }

        // What the crash leaves behind: the transaction of the message, and no receipt.
        await beta.RestartAsync(store => store);
        await using var after = new HandSender(beta);
        var state = await after.WelcomedAsync();
        message.Epoch = after.Epoch;
        var first = await after.ReceiptedAsync(message);
        var second = await after.ReceiptedAsync(message);

        Assert.Equal(1ul, state.LastSequence);
        Assert.Equal(first, second);
        Assert.Equal(1, await beta.Store.CountKeptAsync(default));
    }

    [Fact]
    public async Task No_receipt_leaves_while_it_is_not_kept()
    {
        var mayKeep = new TaskCompletionSource();
        await using var beta = Receiver.Node(new NodeSetup { AroundStore = store => new FaultyStore(store) { IssuedReceiptWaitsFor = mayKeep.Task } });
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        alpha.Send(new SenderFrame { Message = alpha.Seal([Some.Mapping()]) });
        var answer = alpha.ReadAsync();
        await Eventually.BeTrueAsync(() => beta.Store.CountKeptAsync(default).Result == 1, "the message in the store");
        var leftEarly = answer.IsCompleted;
        mayKeep.SetResult();

        Assert.False(leftEarly);
        Assert.NotNull((await answer).Receipt);
    }

    [Fact]
    public async Task Messages_the_store_did_not_keep_are_not_counted_for_the_day_though_their_session_ended_meanwhile()
    {
        FaultyStore store = null!;
        var fails = new TaskCompletionSource();
        await using var beta = Receiver.Node(new NodeSetup { AroundStore = real => store = new FaultyStore(real) { AcceptWaitsFor = fails.Task } });
        beta.Expect("StoreUnavailable");
        beta.Agree(Some.Signed(Some.Agreement() with { MappingsPerDay = 2 }));
        var before = new HandSender(beta);
        await before.WelcomedAsync();
        before.Send(new SenderFrame { Message = before.Seal([Some.Mapping()]) });
        (before.Sequence, before.LastHash) = (1, new byte[32]);
        before.Send(new SenderFrame { Message = before.Seal([Some.Mapping()]) });
        await Eventually.BeTrueAsync(() => store.Accepts == 2, "both messages on their way into the store");

        var ending = before.DisposeAsync().AsTask();
        await Eventually.BeTrueAsync(() => before.IsCancelled, "the end of the call");
        fails.SetException(new StoreUnavailableException(StoreUnavailableReason.Full, "the disk of this test is full", null));
        await ending;
        store.AcceptWaitsFor = Task.CompletedTask;
        await using var after = new HandSender(beta);
        await after.WelcomedAsync();

        await after.ReceiptedAsync(after.Seal([Some.Mapping()]));
        await after.ReceiptedAsync(after.Seal([Some.Mapping()]));
    }

    [Fact]
    public async Task Evidence_that_cannot_wait_any_more_is_counted_and_the_log_says_so()
    {
        await using var beta = Receiver.Node();
        var store = new FaultyStore(beta.Store) { FailAppend = 1 };
        var evidence = new DeferredEvidence(store, beta.Log.CreateLogger("evidence"));
        beta.Expect("EvidenceDropped");

        for (var i = 0; i < 1_003; i++)
        {
            evidence.Defer(new EvidenceEvent(EventNames.RelayRejection, "NotVerified", Providers.Now, "alpha", "beta", "", i, default));
        }

        Assert.True(beta.Log.Has("EvidenceDropped"), "events went missing in silence");
        store.FailAppend = 0;
        await evidence.FlushAsync();

        Assert.Equal(1_000, (await beta.ReasonsAsync(EventNames.RelayRejection)).Count);
        int[] counted = [.. beta.Log.Entries.Where(entry => entry.Event == "EvidenceDropped").Select(entry => int.Parse(entry.Message.Split(' ')[2], CultureInfo.InvariantCulture))];
        Assert.Equal([1, 2], counted);
    }

    [Fact]
    public async Task A_refusal_stands_even_where_its_evidence_cannot_be_kept()
    {
        await using var beta = Receiver.Node(new NodeSetup { AroundStore = store => new FaultyStore(store) { FailAppend = 1 } });
        beta.Expect("StoreUnavailable");
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        var refused = await alpha.RefusedAsync(alpha.Seal([Some.Mapping(mapping => mapping.Purpose = "marketing")]));

        Assert.Equal(RefusalCode.OutsideAgreement, refused);
    }

    [Fact]
    public async Task A_full_disk_acknowledges_nothing_and_the_exchange_goes_on_when_there_is_room_again()
    {
        await using var beta = Receiver.Node(new NodeSetup { Storage = options => options.DatabaseBytesMax = 600 * 1024 });
        beta.Expect("StoreUnavailable");
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        var receipted = 0L;
        RefusalCode? refused = null;
        SealedMessage message = null!;
        while (refused is null)
        {
            message = alpha.Seal([.. Enumerable.Range(0, 200).Select(_ => Some.Mapping())]);
            var answer = await alpha.AskAsync(message);
            refused = answer.Refused?.Code;
            if (refused is null)
            {
                (alpha.Sequence, alpha.LastHash) = await LastAsync(beta);
                receipted = alpha.Sequence;
            }
        }

        Assert.Equal(RefusalCode.Unavailable, refused);
        Assert.True(receipted > 0, "the disk was full from the start");

        // The last one may be kept though there was no room for its receipt; then it was not acknowledged.
        Assert.Contains(await beta.Store.CountKeptAsync(default), (long[])[receipted * 200, (receipted + 1) * 200]);

        beta.StoreOptions.DatabaseBytesMax = 0;
        await alpha.ReceiptedAsync(message);
        Assert.Equal((receipted + 1) * 200, await beta.Store.CountKeptAsync(default));
    }

    [Fact]
    public async Task A_receipt_holds_for_anybody_who_has_the_two_certificates()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        var receipt = await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping()]));

        var checkedReceipt = SignedDataVerifier.Verify(receipt, ContentTypes.Receipt, Providers.Beta.Signers);
        Assert.True(checkedReceipt.IsVerified);
        Assert.Equal(1, checkedReceipt.Message.Context!.Sequence);
    }

    private static async Task<(long Sequence, ReadOnlyMemory<byte> Hash)> LastAsync(TestNode beta)
    {
        var last = (await beta.EvidenceAsync()).Last(evidence => evidence.Name == EventNames.RelayAcceptance);
        return (last.Sequence, last.MessageHash);
    }
}
