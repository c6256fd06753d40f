using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Tests.Nodes;
using Gateway.TestKit;
using Google.Protobuf;

namespace Gateway.Exchange.Tests.Inbox;

/// <summary>A peer we know that sends what costs us something and never ends: it is cut off, and every refusal it got is on record.</summary>
public sealed class CutOffTests
{
    private const int Flood = 5_000;

    private readonly ManualTime _time = new(Providers.Now);

    [Fact]
    public async Task A_peer_whose_messages_are_refused_without_end_is_cut_off_and_every_refusal_is_on_record()
    {
        await using var beta = Receiver.Node(new NodeSetup { Time = _time });
        var alpha = await WelcomedAsync(beta);

        SendGarbage(alpha);
        var (_, end) = await alpha.EndedAsync();

        Assert.Equal("TooManyRefusals", end.ToString());
        Assert.Equal(["TooManyRefusals"], await beta.ReasonsAsync(EventNames.SessionRejection));
        var onRecord = await beta.ReasonsAsync(EventNames.RelayRejection);
        Assert.InRange(onRecord.Count, 100, 1_100);
        Assert.Equal(Flood - alpha.Untaken, onRecord.Count);
        await alpha.DisposeAsync();
    }

    [Fact]
    public async Task A_peer_that_was_cut_off_gets_no_session_until_its_allowance_comes_back()
    {
        await using var beta = Receiver.Node(new NodeSetup { Time = _time });
        var alpha = await WelcomedAsync(beta);
        SendGarbage(alpha);
        await alpha.EndedAsync();
        await alpha.DisposeAsync();

        await using (var again = new HandSender(beta))
        {
            again.Send(new SenderFrame { Hello = HandSender.HelloOf(beta) });
            Assert.Equal("TooManyRefusals", (await again.EndedAsync()).Admission.ToString());
        }

        _time.Advance(TimeSpan.FromMinutes(2));
        await using var later = new HandSender(beta);
        await later.WelcomedAsync();
        await later.ReceiptedAsync(later.Seal([Some.Mapping()]));
    }

    [Fact]
    public async Task Refusals_of_one_peer_are_not_counted_for_another()
    {
        await using var beta = Receiver.Node(new NodeSetup { Time = _time });
        var alpha = await WelcomedAsync(beta);
        SendGarbage(alpha);
        await alpha.EndedAsync();
        await alpha.DisposeAsync();

        await using var gamma = new HandSender(beta, Providers.Gamma.Uri);
        gamma.Send(new SenderFrame { Hello = new Hello { ProtocolVersion = 1, GatewayUri = Providers.Gamma.Uri.ToString(), Channels = { new ChannelOffer { AgreementId = "none" } } } });

        Assert.NotNull((await gamma.ReadAsync()).Welcome);
    }

    [Fact]
    public async Task Channels_that_are_refused_again_and_again_cut_their_peer_off_too()
    {
        await using var beta = Receiver.Node(new NodeSetup { Time = _time });
        var hello = new Hello { ProtocolVersion = 1, GatewayUri = Providers.Alpha.Uri.ToString() };
        hello.Channels.AddRange(Enumerable.Range(0, 64).Select(i => new ChannelOffer { AgreementId = $"none-{i}" }));
        var admission = AdmissionOutcome.Admitted;
        for (var session = 0; session < 20 && admission == AdmissionOutcome.Admitted; session++)
        {
            await using var alpha = new HandSender(beta);
            alpha.Send(new SenderFrame { Hello = hello });
            alpha.HalfClose();
            admission = (await alpha.EndedAsync()).Admission;
        }

        Assert.Equal("TooManyRefusals", admission.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Frames_that_carry_no_message_end_their_session_when_they_come_without_end(bool isHeartbeat)
    {
        await using var beta = Receiver.Node(new NodeSetup { Time = _time });
        var alpha = await WelcomedAsync(beta);

        for (var number = 1ul; number <= Flood; number++)
        {
            alpha.Send(isHeartbeat ? new SenderFrame { Heartbeat = new Heartbeat { Number = number } } : new SenderFrame { Drain = new Drain { DeadlineS = 8 } });
        }

        alpha.HalfClose();
        Assert.Equal("TooManyFrames", (await alpha.EndedAsync()).End.ToString());
        Assert.Equal(["TooManyFrames"], await beta.ReasonsAsync(EventNames.SessionRejection));
        await alpha.DisposeAsync();
    }

    [Fact]
    public async Task Heartbeats_of_a_quarter_of_an_hour_may_arrive_together()
    {
        await using var beta = Receiver.Node(new NodeSetup { Time = _time });
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        for (var number = 1ul; number <= 180; number++)
        {
            alpha.Send(new SenderFrame { Heartbeat = new Heartbeat { Number = number } });
        }

        await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping()]));
        Assert.False(alpha.HasEnded);
    }

    private static async Task<HandSender> WelcomedAsync(TestNode beta)
    {
        var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();
        return alpha;
    }

    private static void SendGarbage(HandSender alpha)
    {
        var garbage = new SealedMessage { AgreementId = Some.AgreementId, Epoch = alpha.Epoch, Sequence = 1, Sealed = ByteString.CopyFrom(new byte[10]) };
        for (var i = 0; i < Flood; i++)
        {
            alpha.Send(new SenderFrame { Message = garbage });
        }

        alpha.HalfClose();
    }
}
