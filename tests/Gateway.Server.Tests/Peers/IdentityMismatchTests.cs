using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Evidence;
using Gateway.Server.Tests.Nodes;
using Gateway.TestKit.Pki;
using Grpc.Core;

namespace Gateway.Server.Tests.Peers;

/// <summary>Transport identity = signer = sender = agreement party, and the recipient is us: over real TLS, with real keys.</summary>
public sealed class IdentityMismatchTests : IAsyncLifetime
{
    private static readonly TestProvider AlphaTwo = new("xvide://alpha/a2");

    private readonly RealNode _beta = new(Providers.Beta);

    public async ValueTask InitializeAsync() => await _beta
        .WithPeer(Providers.Alpha, port: 1)
        .WithPeer(AlphaTwo, port: 1)
        .WithPeer(Providers.Gamma, port: 1)
        .WithAgreement(Some.Signed(Some.Agreement(AlphaTwo.Uri, Providers.Beta.Uri), AlphaTwo, Providers.Beta), "first")
        .WithAgreement(Some.Signed(Some.Agreement() with { Revision = 2 }), "second")
        .StartedAsync();

    public ValueTask DisposeAsync() => _beta.DisposeAsync();

    [Fact]
    public async Task A_session_in_the_name_of_another_gateway_than_its_certificate_is_refused()
    {
        using var gamma = new WireSender(_beta, Caller.With(Providers.Gamma, "tls"));

        await gamma.SendAsync(new SenderFrame { Hello = WireSender.Hello(_beta, Providers.Alpha) });

        await Refused.WithAsync(StatusCode.Unauthenticated, "NOT_AUTHENTICATED", gamma.ReadAsync);
        Assert.Equal(["IdentityMismatch"], await ReasonsAsync(EventNames.SessionRejection));
    }

    [Fact]
    public async Task A_message_that_another_peer_signed_is_refused()
    {
        using var alpha = await WireSender.WelcomedAsync(_beta, Providers.Alpha);

        var gammas = alpha.Seal(Providers.Gamma, context => context with { AgreementRevision = 2, Sender = Providers.Gamma.Uri });

        await RefusedAsync(alpha, gammas, "SignerIsNotCaller");
    }

    [Fact]
    public async Task A_message_in_the_name_of_another_sender_than_its_signer_is_refused()
    {
        using var alpha = await WireSender.WelcomedAsync(_beta, Providers.Alpha);

        var pretended = alpha.Seal(Providers.Alpha, context => context with { AgreementRevision = 2, Sender = Providers.Gamma.Uri });

        await RefusedAsync(alpha, pretended, "SenderIsNotSigner");
    }

    [Fact]
    public async Task A_message_of_a_gateway_its_agreement_does_not_name_is_refused()
    {
        using var alpha = await WireSender.WelcomedAsync(_beta, Providers.Alpha);

        var underTheOther = alpha.Seal(Providers.Alpha, context => context with { AgreementRevision = 1 });

        await RefusedAsync(alpha, underTheOther, "SenderIsNoParty");
    }

    [Fact]
    public async Task A_message_for_another_recipient_is_refused_though_it_was_sealed_for_us()
    {
        using var alpha = await WireSender.WelcomedAsync(_beta, Providers.Alpha);

        var forwarded = alpha.Seal(Providers.Alpha, context => context with { AgreementRevision = 2, Recipient = Providers.Gamma.Uri });

        await RefusedAsync(alpha, forwarded, "RecipientIsNotUs");
    }

    [Fact]
    public async Task A_gateway_that_no_agreement_names_gets_no_channel()
    {
        using var gamma = new WireSender(_beta, Caller.With(Providers.Gamma, "tls"));

        await gamma.SendAsync(new SenderFrame { Hello = WireSender.Hello(_beta, Providers.Gamma) });

        var state = Assert.Single((await gamma.ReadAsync())!.Welcome.Channels);
        Assert.Equal((RefusalCode.NotAgreed, 0ul, 0ul), (state.Refusal, state.Epoch, state.LastSequence));
    }

    [Fact]
    public async Task The_hand_that_lies_in_these_tests_is_believed_when_it_says_the_truth()
    {
        using var alpha = await WireSender.WelcomedAsync(_beta, Providers.Alpha);

        var answer = await alpha.AskAsync(alpha.Seal(Providers.Alpha, context => context with { AgreementRevision = 2 }));

        Assert.Equal(1ul, answer.Receipt.Sequence);
        Assert.Equal(1, await _beta.Node.Exchange.Store.CountKeptAsync(default));
    }

    private async Task RefusedAsync(WireSender alpha, SealedMessage message, string reason)
    {
        var answer = await alpha.AskAsync(message);

        Assert.Equal(RefusalCode.IdentityMismatch, answer.Refused?.Code);
        Assert.Equal([reason], await ReasonsAsync(EventNames.RelayRejection));
        Assert.Equal(0, await _beta.Node.Exchange.Store.CountKeptAsync(default));
    }

    private async Task<string[]> ReasonsAsync(string eventName) =>
        [.. (await _beta.Node.Exchange.Store.ReadAsync(1, 1000, default)).Where(evidence => evidence.Event.Name == eventName).Select(evidence => evidence.Event.Reason)];
}
