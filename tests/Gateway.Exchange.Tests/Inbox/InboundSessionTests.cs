using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Tests.Nodes;
using Gateway.TestKit;

namespace Gateway.Exchange.Tests.Inbox;

/// <summary>How a session lives and ends at its receiver, whatever is in it.</summary>
public sealed class InboundSessionTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTime _time = new(Providers.Now);

    [Fact]
    public async Task A_sender_that_falls_silent_is_given_up_after_the_agreed_silence()
    {
        await using var beta = Receiver.Node(new NodeSetup { Time = _time });
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        await Eventually.BeTrueAsync(() => _time.IsAwaited(TimeSpan.FromSeconds(15)), "the watch over the sender's silence");

        _time.Advance(TimeSpan.FromSeconds(14));
        var tooEarly = alpha.HasEnded;
        await _time.AdvanceUntilAsync(() => alpha.HasEnded, Second, TimeSpan.FromSeconds(2), "the end of a silent session");

        Assert.False(tooEarly);
        Assert.Equal(SessionEnd.Silent, (await alpha.EndedAsync()).End);
    }

    [Fact]
    public async Task Heartbeats_keep_a_session_alive_that_has_nothing_else_to_say()
    {
        await using var beta = Receiver.Node(new NodeSetup { Time = _time });
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        for (var number = 1ul; number <= 6; number++)
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            alpha.Send(new SenderFrame { Heartbeat = new Heartbeat { Number = number } });
            await Eventually.BeTrueAsync(() => alpha.Untaken == 0, "the receiver to take a heartbeat");
        }

        Assert.False(alpha.HasEnded);
    }

    [Fact]
    public async Task A_receiver_with_nothing_to_say_sends_heartbeats_that_count_up()
    {
        await using var beta = Receiver.Node(new NodeSetup { Time = _time });
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        var numbers = new List<ulong>();

        for (var i = 0; i < 2; i++)
        {
            var reading = alpha.ReadAsync();
            await _time.AdvanceUntilAsync(() => reading.IsCompleted, Second, TimeSpan.FromSeconds(6), "a heartbeat of the receiver");
            numbers.Add((await reading).Heartbeat.Number);
        }

        Assert.Equal([1ul, 2ul], numbers);
    }

    [Fact]
    public async Task A_second_hello_breaks_the_protocol()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        alpha.Send(new SenderFrame { Hello = HandSender.HelloOf(beta) });

        Assert.Equal(SessionEnd.Untrustworthy, (await alpha.EndedAsync()).End);
    }

    [Fact]
    public async Task A_frame_with_nothing_in_it_breaks_the_protocol()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        alpha.Send(new SenderFrame());

        Assert.Equal(SessionEnd.Untrustworthy, (await alpha.EndedAsync()).End);
    }

    [Fact]
    public async Task A_sender_that_half_closes_still_gets_the_answers_on_their_way()
    {
        var mayKeep = new TaskCompletionSource();
        await using var beta = Receiver.Node(new NodeSetup { AroundStore = store => new FaultyStore(store) { AcceptWaitsFor = mayKeep.Task } });
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        alpha.Send(new SenderFrame { Message = alpha.Seal([Some.Mapping()]) });
        alpha.Send(new SenderFrame { Drain = new Drain { DeadlineS = 8 } });
        alpha.HalfClose();
        mayKeep.SetResult();

        Assert.NotNull((await alpha.ReadAsync()).Receipt);
        Assert.Equal(SessionEnd.Drained, (await alpha.EndedAsync()).End);
    }

    [Fact]
    public async Task A_node_that_stops_asks_its_senders_to_move_once_and_serves_them_until_they_do()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        beta.Inbound.Drain();
        var asked = await alpha.ReadAsync();
        await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping()]));
        alpha.HalfClose();

        Assert.Equal(8u, asked.Drain.DeadlineS);
        Assert.Equal(SessionEnd.Drained, (await alpha.EndedAsync()).End);
    }

    [Fact]
    public async Task A_sender_that_does_not_read_is_given_up_and_what_it_sent_stays_kept()
    {
        await using var beta = Receiver.Node(new NodeSetup { Time = _time });
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        alpha.DoesNotRead = true;

        alpha.Send(new SenderFrame { Message = alpha.Seal([Some.Mapping()]) });
        await Eventually.BeTrueAsync(() => beta.Store.CountKeptAsync(default).Result == 1, "the message in the store");
        await _time.AdvanceUntilAsync(() => alpha.HasEnded, Second, TimeSpan.FromSeconds(12), "the end of a session nobody reads");

        Assert.Equal(SessionEnd.Broken, (await alpha.EndedAsync()).End);
        Assert.True(beta.Log.Has("PeerDoesNotRead"));
    }

    [Fact]
    public async Task An_agreement_that_ends_in_the_middle_of_a_stream_ends_it_there()
    {
        await using var beta = Receiver.Node(new NodeSetup { Time = _time });
        beta.Agree(Some.Signed(Some.Agreement() with { ValidUntil = Providers.Now.AddSeconds(10) }));
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        var mapping = Some.Mapping(mapping => mapping.NotAfterS = Providers.Now.AddSeconds(9).ToUnixTimeSeconds());
        await alpha.ReceiptedAsync(alpha.Seal([mapping], context => context with { NotAfter = Providers.Now.AddSeconds(10) }));

        _time.Advance(TimeSpan.FromSeconds(11));
        var late = alpha.Seal([Some.Mapping()]);

        Assert.Equal(RefusalCode.NotAgreed, await alpha.RefusedAsync(late));
        Assert.Equal(["AgreementNotInForce"], await beta.ReasonsAsync(Evidence.EventNames.RelayRejection));
    }

    [Fact]
    public async Task An_agreement_that_is_taken_away_in_the_middle_of_a_stream_ends_it_there()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping()]));

        beta.Agree();

        Assert.Equal(RefusalCode.NotAgreed, await alpha.RefusedAsync(alpha.Seal([Some.Mapping()])));
    }

    [Fact]
    public async Task A_message_sealed_under_the_revision_before_is_still_kept_while_that_revision_is_in_the_book()
    {
        await using var beta = Receiver.Node();
        beta.Agree(Some.Signed(Some.Agreement()), Some.Signed(Some.Agreement() with { Revision = 2 }));
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping()], context => context with { AgreementRevision = 1 }));
        await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping()], context => context with { AgreementRevision = 2 }));

        Assert.Equal(2, await beta.Store.CountKeptAsync(default));
    }
}
