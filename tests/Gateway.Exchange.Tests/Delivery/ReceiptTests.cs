using Gateway.Exchange.Evidence;
using Gateway.Exchange.Tests.Nodes;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Receipts;
using Gateway.TestKit;
using Google.Protobuf;
using DeliveryState = Gateway.Exchange.Outbox.DeliveryState;

namespace Gateway.Exchange.Tests.Delivery;

/// <summary>What a sender believes about the receipt of a message, and what not.</summary>
public sealed class ReceiptTests
{
    [Fact]
    public async Task A_receipt_that_holds_is_kept_as_it_was_signed()
    {
        await using var alpha = new Sender();
        var session = await alpha.ConnectedAsync();
        var shared = await alpha.ShareAsync();
        var message = await session.MessageAsync();
        var receipt = SignedReceipt.Create(HandSession.Open(message), Providers.Beta.Signing, Providers.Now);

        session.Send(HandSession.ReceiptOf(message, receipt));
        var status = await alpha.ReachedAsync(shared, DeliveryState.Receipted);

        Assert.Equal(receipt, status.Receipt.ToArray());
        Assert.Equal([""], await alpha.Node.ReasonsAsync(EventNames.RelayAcceptance));
    }

    [Fact]
    public async Task A_receipt_for_another_message_is_rejected_with_evidence_and_ends_the_session()
    {
        await using var alpha = new Sender();
        var session = await alpha.ConnectedAsync();
        await alpha.ShareAsync("+82-10-5550-0001");
        var first = await session.MessageAsync();
        await alpha.ShareAsync("+82-10-5550-0002");
        var second = await session.MessageAsync();

        session.Send(HandSession.ReceiptOf(first, SignedReceipt.Create(HandSession.Open(second), Providers.Beta.Signing, Providers.Now)));

        await RejectedAsync(alpha, session, "OtherMessage");
    }

    [Fact]
    public async Task A_receipt_somebody_else_signed_is_rejected()
    {
        await using var alpha = new Sender();
        var session = await alpha.ConnectedAsync();
        await alpha.ShareAsync();
        var message = await session.MessageAsync();

        session.Send(HandSession.ReceiptOf(message, SignedReceipt.Create(HandSession.Open(message), OtherBeta.Signing, Providers.Now)));

        await RejectedAsync(alpha, session, "ReceiptNotVerified");
    }

    [Fact]
    public async Task A_receipt_with_one_bit_turned_is_rejected()
    {
        await using var alpha = new Sender();
        var session = await alpha.ConnectedAsync();
        await alpha.ShareAsync();
        var message = await session.MessageAsync();
        var receipt = SignedReceipt.Create(HandSession.Open(message), Providers.Beta.Signing, Providers.Now);
        receipt[^1] ^= 1;

        session.Send(HandSession.ReceiptOf(message, receipt));

        await RejectedAsync(alpha, session, "ReceiptNotVerified");
    }

    [Fact]
    public async Task The_message_itself_is_no_receipt()
    {
        await using var alpha = new Sender();
        var session = await alpha.ConnectedAsync();
        await alpha.ShareAsync();
        var message = await session.MessageAsync();

        session.Send(HandSession.ReceiptOf(message, HandSession.Open(message).ToDetached()));

        await RejectedAsync(alpha, session, "ReceiptNotVerified");
    }

    [Fact]
    public async Task A_receipt_that_is_not_sealed_for_us_is_rejected()
    {
        await using var alpha = new Sender();
        var session = await alpha.ConnectedAsync();
        await alpha.ShareAsync();
        var message = await session.MessageAsync();
        var frame = HandSession.ReceiptFor(message);
        frame.Receipt.Sealed = ByteString.CopyFrom(Envelope.Seal([1, 2, 3], Providers.Gamma.Encryption));

        session.Send(frame);

        await RejectedAsync(alpha, session, "NotForUs");
    }

    [Fact]
    public async Task A_receipt_larger_than_one_may_be_is_rejected()
    {
        await using var alpha = new Sender();
        var session = await alpha.ConnectedAsync();
        await alpha.ShareAsync();
        var message = await session.MessageAsync();
        var frame = HandSession.ReceiptFor(message);
        frame.Receipt.Sealed = ByteString.CopyFrom(new byte[(16 * 1024) + 1]);

        session.Send(frame);

        await RejectedAsync(alpha, session, "TooLarge");
    }

    [Fact]
    public async Task A_receipt_for_a_message_that_was_never_sent_ends_the_session()
    {
        await using var alpha = new Sender();
        alpha.Node.Expect("AnswerToNothing", "LinkParked");
        var session = await alpha.ConnectedAsync();
        await alpha.ShareAsync();
        var message = await session.MessageAsync();
        var frame = HandSession.ReceiptFor(message);
        frame.Receipt.Sequence = 99;

        session.Send(frame);

        await Eventually.BeTrueAsync(() => session.IsDisposed, "the end of the session");
        Assert.True(alpha.Node.Log.Has("AnswerToNothing"));
    }

    [Fact]
    public async Task A_receipt_that_comes_twice_is_kept_once_and_harms_nothing()
    {
        await using var alpha = new Sender();
        var session = await alpha.ConnectedAsync();
        await alpha.ShareAsync("+82-10-5550-0001");
        var first = await session.MessageAsync();

        session.Send(HandSession.ReceiptFor(first));
        session.Send(HandSession.ReceiptFor(first));
        var next = await alpha.ShareAsync("+82-10-5550-0002");
        session.Send(HandSession.ReceiptFor(await session.MessageAsync()));
        await alpha.ReachedAsync(next, DeliveryState.Receipted);

        Assert.Equal(2, (await alpha.Node.ReasonsAsync(EventNames.RelayAcceptance)).Count);
        Assert.False(session.IsDisposed);
    }

    [Fact]
    public async Task A_receipt_the_store_does_not_keep_is_asked_for_again()
    {
        await using var alpha = new Sender(new NodeSetup { AroundStore = store => new FaultyStore(store) { FailReceipt = 1 } });
        alpha.Node.Expect("OutboxUnavailable");
        var session = await alpha.ConnectedAsync();
        var shared = await alpha.ShareAsync();
        var message = await session.MessageAsync();
        session.Send(HandSession.ReceiptFor(message));

        var again = await alpha.Peer.NextAsync();
        await again.WelcomeAsync(welcome => (welcome.Channels[0].LastSequence, welcome.Channels[0].LastMessageHash) = (1, ByteString.CopyFrom(HandSession.Open(message).MessageHash.Span)));
        var repeated = await again.MessageAsync();
        again.Send(HandSession.ReceiptFor(repeated));

        await alpha.ReachedAsync(shared, DeliveryState.Receipted);
        Assert.Equal(message.Sealed, repeated.Sealed);
    }

    private static Gateway.TestKit.Pki.TestProvider OtherBeta { get; } = new("xvide://beta/b1");

    private static async Task RejectedAsync(Sender alpha, HandSession session, string reason)
    {
        alpha.Node.Expect("ReceiptRejected", "LinkParked");
        await Eventually.BeTrueAsync(() => session.IsDisposed, "the end of the session");
        Assert.Equal([reason], await alpha.Node.ReasonsAsync(EventNames.ReceiptRejection));
        Assert.Empty(await alpha.Node.ReasonsAsync(EventNames.RelayAcceptance));
        await Eventually.BeTrueAsync(() => alpha.Node.Link.State == Exchange.Delivery.LinkState.Parked, "the link to be parked");
    }
}
