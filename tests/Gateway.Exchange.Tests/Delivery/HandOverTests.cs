using System.Globalization;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Tests.Nodes;
using Gateway.TestKit;

namespace Gateway.Exchange.Tests.Delivery;

public sealed class HandOverTests
{
    [Fact]
    public async Task Under_load_a_session_that_moves_twenty_times_loses_doubles_and_reorders_nothing()
    {
        const int Mappings = 150;
        const int Moves = 20;
        await using var nodes = new TwoNodes().Agreed().Started();
        await nodes.ReceiptedAsync(await nodes.ShareAsync());
        using var pauses = new PauseMeter();
        var sending = ShareAllAsync(nodes, Mappings);

        for (var move = 0; move < Moves; move++)
        {
            var before = nodes.Alpha.Wire.Sessions;
            if (move % 2 == 0)
            {
                nodes.Alpha.Links.HandOver();
            }
            else
            {
                nodes.Beta.Inbound.AskToMove();
            }

            await Eventually.BeTrueAsync(() => nodes.Alpha.Wire.Sessions > before, "a session on a new connection");
            await Eventually.BeTrueAsync(() => nodes.Alpha.Log.Entries.Count(entry => entry.Event == "SessionOpened") > move + 1, "the session that goes on");
        }

        await sending;
        await Eventually.BeTrueAsync(() => nodes.Alpha.Store.CountOpenAsync(null, default).Result == 0, "the last receipt");
        var accepted = (await nodes.Beta.EvidenceAsync()).Where(happened => happened.Name == EventNames.RelayAcceptance).Select(happened => happened.Sequence).ToArray();
        var last = (await nodes.Alpha.Store.GetChannelAsync(TwoNodes.Channel, default)).LastSequence;
        Assert.Equal(Mappings + 1, await nodes.KeptAtBetaAsync());
        Assert.Equal(Enumerable.Range(1, (int)last).Select(sequence => (long)sequence), accepted);
        Assert.DoesNotContain(nodes.Alpha.Log.Entries, entry => entry.Event == "SessionBroke");
        Assert.DoesNotContain(await nodes.Beta.EvidenceAsync(), happened => happened.Name == EventNames.RelayRejection);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Moves} moves, {last} messages, pause median {pauses.Median} ms, longest {pauses.Longest} ms");
    }

    [Fact]
    public async Task The_old_session_brings_the_answers_that_were_on_their_way()
    {
        await using var alpha = new Sender();
        var old = await alpha.ConnectedAsync();
        var shared = await alpha.ShareAsync();
        var message = await old.MessageAsync();

        alpha.Node.Links.HandOver();
        var next = await alpha.Peer.NextAsync();
        await next.WelcomeAsync(welcome => Has(welcome, message));
        await Eventually.BeTrueAsync(() => old.IsHalfClosed || alpha.Node.Log.Has("SessionHandedOver"), "the hand-over");
        Assert.False(old.IsHalfClosed, "the old session ended before its answer came");
        old.Send(HandSession.ReceiptFor(message));

        await alpha.ReachedAsync(shared, Outbox.DeliveryState.Receipted);
        await Eventually.BeTrueAsync(() => old.IsHalfClosed, "the end of the old session");
        old.End();
        next.End();
        Assert.Equal(0, next.Untaken);
    }

    [Fact]
    public async Task What_the_receiver_had_not_taken_is_sent_again_on_the_new_session()
    {
        await using var alpha = new Sender();
        var old = await alpha.ConnectedAsync();
        var shared = await alpha.ShareAsync();
        var message = await old.MessageAsync();

        alpha.Node.Links.HandOver();
        var next = await alpha.Peer.NextAsync();
        await next.WelcomeAsync();
        var again = await next.MessageAsync();
        next.Send(HandSession.ReceiptFor(again));
        old.End();

        Assert.Equal(message.Sealed, again.Sealed);
        await alpha.ReachedAsync(shared, Outbox.DeliveryState.Receipted);
        next.End();
    }

    [Fact]
    public async Task A_repeat_that_the_next_session_fenced_is_asked_for_again()
    {
        await using var alpha = new Sender();
        var first = await alpha.ConnectedAsync();
        var shared = await alpha.ShareAsync();
        var message = await first.MessageAsync();
        first.End(new Peers.PeerUnreachableException("cut"));
        var second = await alpha.Peer.NextAsync();
        await second.WelcomeAsync(welcome => Has(welcome, message));
        var repeat = await second.MessageAsync();

        alpha.Node.Links.HandOver();
        var third = await alpha.Peer.NextAsync();
        second.Send(HandSession.RefusalOf(repeat, RefusalCode.Fenced));
        await third.WelcomeAsync(welcome => Has(welcome, message));
        await Eventually.BeTrueAsync(() => alpha.Node.Log.Has("SessionHandedOver"), "the hand-over");
        second.End();
        var fourth = await alpha.Peer.NextAsync();
        await fourth.WelcomeAsync(welcome => Has(welcome, message));
        fourth.Send(HandSession.ReceiptFor(await fourth.MessageAsync()));

        await alpha.ReachedAsync(shared, Outbox.DeliveryState.Receipted);
        fourth.End();
    }

    [Fact]
    public async Task Answers_that_never_come_on_the_old_session_are_asked_for_on_a_third()
    {
        await using var alpha = new Sender();
        var old = await alpha.ConnectedAsync();
        var shared = await alpha.ShareAsync();
        var message = await old.MessageAsync();

        alpha.Node.Links.HandOver();
        var next = await alpha.Peer.NextAsync();
        await next.WelcomeAsync(welcome => Has(welcome, message));
        await Eventually.BeTrueAsync(() => alpha.Node.Log.Has("SessionHandedOver"), "the hand-over");
        old.End(new Peers.PeerUnreachableException("cut"));
        var third = await alpha.Peer.NextAsync();
        await third.WelcomeAsync(welcome => Has(welcome, message));
        var again = await third.MessageAsync();
        third.Send(HandSession.ReceiptFor(again));

        Assert.Equal(message.Sealed, again.Sealed);
        await alpha.ReachedAsync(shared, Outbox.DeliveryState.Receipted);
        third.End();
    }

    [Fact]
    public async Task A_session_that_cannot_move_finishes_and_is_opened_again()
    {
        await using var alpha = new Sender();
        var old = await alpha.ConnectedAsync();
        alpha.Peer.Refuses = new Peers.PeerUnreachableException("nobody there");

        old.Send(new ReceiverFrame { Drain = new Drain { DeadlineS = 8 } });
        var last = await old.ReadAsync();
        old.End();
        alpha.Peer.Refuses = null;
        await (await alpha.Peer.NextAsync()).WelcomeAsync();

        Assert.NotNull(last.Drain);
        Assert.True(alpha.Node.Log.Has("HandOverFailed"));
    }

    [Fact]
    public async Task A_node_that_stops_admits_no_new_session()
    {
        await using var beta = new TestNode(Providers.Beta, [Providers.Alpha]);
        beta.Agree(Some.Signed(Some.Agreement()));
        beta.Inbound.Drain();
        await using var alpha = new HandSender(beta);

        var (admission, end) = await alpha.EndedAsync();

        Assert.Equal(AdmissionOutcome.Stopping, admission);
        Assert.Null(end);
    }

    private static void Has(Welcome welcome, SealedMessage message)
    {
        welcome.Channels[0].LastSequence = message.Sequence;
        welcome.Channels[0].LastMessageHash = Google.Protobuf.ByteString.CopyFrom(HandSession.Open(message).MessageHash.Span);
    }

    private static Task ShareAllAsync(TwoNodes nodes, int mappings) => Task.Run(async () =>
    {
        for (var i = 0; i < mappings; i++)
        {
            await nodes.ShareAsync("+82-10-5551-" + i.ToString("D4", CultureInfo.InvariantCulture));
        }
    });
}
