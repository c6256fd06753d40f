using System.Security.Cryptography;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Tests.Nodes;
using Gateway.Sealing.Certificates;
using Gateway.TestKit;
using Google.Protobuf;

namespace Gateway.Exchange.Tests.Inbox;

public sealed class AdmissionTests
{
    [Fact]
    public async Task A_gateway_nobody_configured_is_an_unknown_peer_whatever_its_certificate_chains_to()
    {
        await using var beta = Receiver.Node();
        await using var stranger = new HandSender(beta, GatewayUri.Parse("xvide://delta/d1"));

        stranger.Send(new SenderFrame { Hello = HandSender.HelloOf(beta) });

        Assert.Equal((AdmissionOutcome.UnknownPeer, null), await stranger.EndedAsync());
        Assert.Equal(["UnknownPeer"], await beta.ReasonsAsync(EventNames.SessionRejection));
    }

    [Fact]
    public async Task Another_gateway_of_a_known_provider_is_an_unknown_peer()
    {
        await using var beta = Receiver.Node();
        await using var other = new HandSender(beta, Providers.AlphaTwo.Uri);

        other.Send(new SenderFrame { Hello = HandSender.HelloOf(beta) });

        Assert.Equal(AdmissionOutcome.UnknownPeer, (await other.EndedAsync()).Admission);
    }

    [Fact]
    public async Task A_hello_in_the_name_of_another_gateway_is_an_identity_mismatch()
    {
        await using var beta = Receiver.Node();
        await using var gamma = new HandSender(beta, Providers.Gamma.Uri);

        gamma.Send(new SenderFrame { Hello = HandSender.HelloOf(beta) });

        Assert.Equal((AdmissionOutcome.IdentityMismatch, null), await gamma.EndedAsync());
        Assert.Equal(["IdentityMismatch"], await beta.ReasonsAsync(EventNames.SessionRejection));
    }

    [Fact]
    public async Task A_protocol_version_of_the_future_is_not_understood()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        var hello = HandSender.HelloOf(beta);
        hello.ProtocolVersion = 2;

        alpha.Send(new SenderFrame { Hello = hello });

        Assert.Equal((AdmissionOutcome.NotUnderstood, null), await alpha.EndedAsync());
    }

    [Fact]
    public async Task A_message_before_hello_is_not_understood()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);

        alpha.Send(new SenderFrame { Message = alpha.Seal([Some.Mapping()]) });

        Assert.Equal(AdmissionOutcome.NotUnderstood, (await alpha.EndedAsync()).Admission);
        Assert.Equal(0, await beta.Store.CountKeptAsync(default));
    }

    [Fact]
    public async Task A_hello_that_offers_nothing_is_not_understood()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);

        alpha.Send(new SenderFrame { Hello = new Hello { ProtocolVersion = 1, GatewayUri = Providers.Alpha.Uri.ToString() } });

        Assert.Equal(AdmissionOutcome.NotUnderstood, (await alpha.EndedAsync()).Admission);
    }

    [Fact]
    public async Task A_hello_with_more_channels_than_a_session_has_is_not_understood()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        var hello = HandSender.HelloOf(beta);
        hello.Channels.AddRange(Enumerable.Repeat(hello.Channels[0], 64));

        alpha.Send(new SenderFrame { Hello = hello });

        Assert.Equal(AdmissionOutcome.NotUnderstood, (await alpha.EndedAsync()).Admission);
    }

    [Fact]
    public async Task A_caller_that_says_nothing_is_sent_away_in_time()
    {
        var time = new ManualTime(Providers.Now);
        await using var beta = Receiver.Node(new NodeSetup { Time = time });
        await using var silent = new HandSender(beta);

        await time.AdvanceUntilAsync(() => silent.HasEnded, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(6), "the end of a silent call");

        Assert.Equal(AdmissionOutcome.NotUnderstood, (await silent.EndedAsync()).Admission);
    }

    [Fact]
    public async Task An_agreement_in_another_wording_is_not_agreed_and_says_no_more()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        var hello = HandSender.HelloOf(beta);
        hello.Channels[0].AgreementDigest = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(32));

        alpha.Send(new SenderFrame { Hello = hello });
        var welcome = (await alpha.ReadAsync()).Welcome;

        Assert.Equal(new ChannelState { AgreementId = Some.AgreementId, Refusal = RefusalCode.NotAgreed }, welcome.Channels[0]);
        Assert.Equal(["OtherText"], await beta.ReasonsAsync(EventNames.ChannelRejection));
    }

    [Fact]
    public async Task Unknown_expired_and_not_yet_agreements_get_the_very_same_answer()
    {
        await using var beta = Receiver.Node();
        beta.Agree(
            Some.Signed(Some.Agreement() with { Id = "past", ValidUntil = Providers.Now.AddHours(-1) }),
            Some.Signed(Some.Agreement() with { Id = "future", ValidFrom = Providers.Now.AddDays(1) }));
        await using var alpha = new HandSender(beta);
        var hello = HandSender.HelloOf(beta);
        foreach (var id in (string[])["past", "future", "unknown"])
        {
            var digest = beta.Agreements.FindNewest(id)?.Digest ?? RandomNumberGenerator.GetBytes(32);
            hello.Channels.Add(new ChannelOffer { AgreementId = id, AgreementRevision = 1, AgreementDigest = ByteString.CopyFrom(digest.Span) });
        }

        alpha.Send(new SenderFrame { Hello = hello });
        var states = (await alpha.ReadAsync()).Welcome.Channels;

        Assert.All(states, state => Assert.Equal(new ChannelState { AgreementId = state.AgreementId, Refusal = RefusalCode.NotAgreed }, state));
        Assert.Equal(["past", "future", ""], (await beta.EvidenceAsync()).Where(evidence => evidence.Name == EventNames.ChannelRejection).Select(evidence => evidence.AgreementId));
    }

    [Fact]
    public async Task An_agreement_with_another_provider_is_not_agreed()
    {
        await using var beta = Receiver.Node();
        await using var gamma = new HandSender(beta, Providers.Gamma.Uri);
        var hello = HandSender.HelloOf(beta);
        hello.GatewayUri = Providers.Gamma.Uri.ToString();

        gamma.Send(new SenderFrame { Hello = hello });

        Assert.Equal(RefusalCode.NotAgreed, (await gamma.ReadAsync()).Welcome.Channels[0].Refusal);
    }

    [Fact]
    public async Task A_gateway_its_own_agreement_does_not_name_is_not_agreed()
    {
        await using var beta = new TestNode(Providers.Beta, [Providers.AlphaTwo, Providers.Alpha]);
        beta.Agree(Some.Signed(Some.Agreement()));
        await using var other = new HandSender(beta, Providers.AlphaTwo.Uri);
        var hello = HandSender.HelloOf(beta);
        hello.GatewayUri = Providers.AlphaTwo.Uri.ToString();

        other.Send(new SenderFrame { Hello = hello });

        Assert.Equal(RefusalCode.NotAgreed, (await other.ReadAsync()).Welcome.Channels[0].Refusal);
        Assert.Equal(["SenderIsNoParty"], await beta.ReasonsAsync(EventNames.ChannelRejection));
    }

    [Fact]
    public async Task A_channel_offered_twice_is_open_once()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        var hello = HandSender.HelloOf(beta);
        hello.Channels.Add(hello.Channels[0]);

        alpha.Send(new SenderFrame { Hello = hello });
        var states = (await alpha.ReadAsync()).Welcome.Channels;

        Assert.Equal([RefusalCode.Unspecified, RefusalCode.NotAgreed], states.Select(state => state.Refusal));
    }

    [Fact]
    public async Task A_session_that_is_refused_while_the_store_keeps_nothing_is_refused_as_ever_and_on_record_afterwards()
    {
        await using var beta = Receiver.Node(new NodeSetup { AroundStore = store => new FaultyStore(store) { FailAppend = 1 } });
        beta.Expect("StoreUnavailable");
        await using var stranger = new HandSender(beta, GatewayUri.Parse("xvide://delta/d1"));
        stranger.Send(new SenderFrame { Hello = HandSender.HelloOf(beta) });

        Assert.Equal((AdmissionOutcome.UnknownPeer, null), await stranger.EndedAsync());
        Assert.Empty(await beta.EvidenceAsync());

        await using var other = new HandSender(beta, GatewayUri.Parse("xvide://epsilon/e1"));
        other.Send(new SenderFrame { Hello = HandSender.HelloOf(beta) });
        await other.EndedAsync();

        Assert.Equal(["delta", "epsilon"], (await beta.EvidenceAsync()).Select(evidence => evidence.Sender));
    }

    [Fact]
    public async Task A_channel_that_is_refused_while_the_store_keeps_nothing_is_on_record_afterwards()
    {
        await using var beta = Receiver.Node(new NodeSetup { AroundStore = store => new FaultyStore(store) { FailAppend = 1 } });
        beta.Expect("StoreUnavailable");
        await using var alpha = new HandSender(beta);
        var hello = HandSender.HelloOf(beta);
        hello.Channels.Add(new ChannelOffer { AgreementId = "unknown" });
        await alpha.WelcomedAsync(hello);

        await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping()]));

        Assert.Equal(["NotInForce"], await beta.ReasonsAsync(EventNames.ChannelRejection));
    }

    [Fact]
    public async Task Sessions_above_the_number_of_a_minute_are_on_record_as_often_as_a_peer_may_cause_refusals()
    {
        var time = new ManualTime(Providers.Now);
        await using var beta = Receiver.Node(new NodeSetup { Time = time });

        await Task.WhenAll(Enumerable.Range(0, 3_000).Select(_ => beta.Inbound.RefuseTooManyAsync(Providers.Alpha.Uri)));
        await beta.Inbound.RefuseTooManyAsync(Providers.Gamma.Uri);
        time.Advance(TimeSpan.FromMinutes(1));
        await Task.WhenAll(Enumerable.Range(0, 3_000).Select(_ => beta.Inbound.RefuseTooManyAsync(Providers.Alpha.Uri)));

        var onRecord = (await beta.EvidenceAsync()).Where(evidence => evidence is { Name: EventNames.SessionRejection, Reason: "TooManySessions" }).ToLookup(evidence => evidence.Sender);
        Assert.Equal((1_060, 1), (onRecord["alpha"].Count(), onRecord["gamma"].Count()));
    }

    [Fact]
    public async Task A_store_that_keeps_nothing_admits_nobody()
    {
        await using var beta = Receiver.Node(new NodeSetup { AroundStore = store => new FaultyStore(store) { FailOpenEpoch = 1 } });
        await using var alpha = new HandSender(beta);

        alpha.Send(new SenderFrame { Hello = HandSender.HelloOf(beta) });

        await Assert.ThrowsAsync<StoreUnavailableException>(alpha.EndedAsync);
    }
}
