using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Tests.Nodes;

namespace Gateway.Exchange.Tests.Inbox;

/// <summary>Transport identity = signer = sender = agreement party, and the recipient is us .</summary>
public sealed class IdentityTests
{
    [Fact]
    public async Task A_message_that_another_peer_signed_is_refused()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        var gammas = alpha.Seal([Some.Mapping()], context => context with { Sender = Providers.Gamma.Uri }, signer: Providers.Gamma);

        Assert.Equal(RefusalCode.IdentityMismatch, await alpha.RefusedAsync(gammas));
        Assert.Equal(["SignerIsNotCaller"], await beta.ReasonsAsync(EventNames.RelayRejection));
        Assert.Equal(0, await beta.Store.CountKeptAsync(default));
    }

    [Fact]
    public async Task A_message_in_the_name_of_another_sender_is_refused()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        var pretended = alpha.Seal([Some.Mapping()], context => context with { Sender = Providers.Gamma.Uri });

        Assert.Equal(RefusalCode.IdentityMismatch, await alpha.RefusedAsync(pretended));
        Assert.Equal(["SenderIsNotSigner"], await beta.ReasonsAsync(EventNames.RelayRejection));
    }

    [Fact]
    public async Task A_message_for_another_recipient_is_refused_though_it_was_sealed_for_us()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        var forwarded = alpha.Seal([Some.Mapping()], context => context with { Recipient = Providers.Gamma.Uri });

        Assert.Equal(RefusalCode.IdentityMismatch, await alpha.RefusedAsync(forwarded));
        Assert.Equal(["RecipientIsNotUs"], await beta.ReasonsAsync(EventNames.RelayRejection));
    }

    [Fact]
    public async Task A_sender_the_revision_of_its_message_does_not_name_is_refused()
    {
        var ofOtherGateway = Some.Agreement(Providers.AlphaTwo, Providers.Beta);
        await using var beta = new TestNode(Providers.Beta, [Providers.Alpha, Providers.AlphaTwo]);
        beta.Agree(
            Some.Signed(ofOtherGateway, Providers.AlphaTwo, Providers.Beta),
            Some.Signed(Some.Agreement() with { Revision = 2 }));
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        var underTheOther = alpha.Seal([Some.Mapping()], context => context with { AgreementRevision = 1 });

        Assert.Equal(RefusalCode.IdentityMismatch, await alpha.RefusedAsync(underTheOther));
        Assert.Equal(["SenderIsNoParty"], await beta.ReasonsAsync(EventNames.RelayRejection));
    }

    [Fact]
    public async Task A_message_from_nobody_we_know_is_not_verified()
    {
        await using var beta = new TestNode(Providers.Beta, [Providers.Alpha]);
        beta.Agree(Some.Signed(Some.Agreement()));
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        var unknown = alpha.Seal([Some.Mapping()], context => context with { Sender = Providers.Gamma.Uri }, signer: Providers.Gamma);

        Assert.Equal(RefusalCode.NotVerified, await alpha.RefusedAsync(unknown));
        Assert.Equal(["UnknownSigner"], await beta.ReasonsAsync(EventNames.RelayRejection));
    }

    [Fact]
    public async Task A_message_sealed_for_somebody_else_is_refused_before_decryption()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        var elsewhere = alpha.Seal([Some.Mapping()], recipient: Providers.Gamma);

        Assert.Equal(RefusalCode.NotVerified, await alpha.RefusedAsync(elsewhere));
        Assert.Equal(["NotForUs"], await beta.ReasonsAsync(EventNames.RelayRejection));
    }

    [Fact]
    public async Task The_hand_that_signs_in_these_tests_is_believed_when_it_says_the_truth()
    {
        await using var beta = Receiver.Node();
        await using var alpha = new HandSender(beta);
        await alpha.WelcomedAsync();

        await alpha.ReceiptedAsync(alpha.Seal([Some.Mapping(), Some.Mapping()]));

        Assert.Equal(2, await beta.Store.CountKeptAsync(default));
    }
}
