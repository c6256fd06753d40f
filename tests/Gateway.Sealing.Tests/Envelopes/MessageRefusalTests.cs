using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Receipts;
using Gateway.Sealing.Signatures;
using Gateway.Sealing.Tests.Forge;

namespace Gateway.Sealing.Tests.Envelopes;

/// <summary>What is genuine in itself and does not belong where it is presented.</summary>
public sealed class MessageRefusalTests
{
    [Fact]
    public void A_message_its_recipient_passes_on_still_names_its_recipient()
    {
        var inner = Some.Inner(Some.Sealed());
        var passedOn = Envelope.Seal(inner, Some.Gamma.Encryption);

        var result = MessageOpener.Open(passedOn, Some.Gamma.Decryption, Some.Alpha.Signers);

        // The exchange refuses it by this name: its tests of identities show that.
        Assert.Equal(Some.Beta.Uri, result.Message!.Context!.Recipient);
        Assert.NotEqual(Some.Gamma.Decryption.Owner, result.Message.Context.Recipient);
    }

    [Fact]
    public void A_signer_we_have_no_agreement_with_is_refused()
    {
        var result = MessageOpener.Open(Some.Sealed().Envelope, Some.Beta.Decryption, Some.Gamma.Signers);

        Assert.Equal((OpenOutcome.NotVerified, VerifyOutcome.UnknownSigner), (result.Outcome, result.Verify));
    }

    [Fact]
    public void A_receipt_presented_as_a_batch_is_refused()
    {
        var opened = MessageOpener.Open(Some.Sealed().Envelope, Some.Beta.Decryption, Some.Alpha.Signers).Message!;
        var receipt = SignedReceipt.Create(opened, Some.Beta.Signing, Some.Time);

        var result = OpenInner(receipt, Some.Beta.Signers);

        Assert.Equal((OpenOutcome.NotVerified, VerifyOutcome.WrongContentType), (result.Outcome, result.Verify));
    }

    [Fact]
    public void An_agreement_presented_as_a_batch_is_refused()
    {
        var result = OpenInner(Some.Statement(), Some.Alpha.Signers);

        Assert.Equal((OpenOutcome.NotVerified, VerifyOutcome.WrongContentType), (result.Outcome, result.Verify));
    }

    [Fact]
    public void Content_that_nobody_signed_is_refused()
    {
        var result = OpenInner(Some.Content, Some.Alpha.Signers);

        Assert.Equal((OpenOutcome.NotVerified, VerifyOutcome.Malformed), (result.Outcome, result.Verify));
    }

    [Fact]
    public void A_changed_message_in_an_envelope_of_its_own_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.Content.Value[0] ^= 1;

        var result = OpenInner(forged.AsIs(), Some.Alpha.Signers);

        Assert.Equal((OpenOutcome.NotVerified, VerifyOutcome.DigestMismatch), (result.Outcome, result.Verify));
    }

    [Fact]
    public void A_context_that_does_not_name_the_owners_of_the_keys_is_never_sealed()
    {
        var context = Some.Context(to: Some.Gamma);

        Assert.Throws<ArgumentException>(
            () => MessageSealer.Seal(Some.Content, context, Some.Alpha.Signing, Some.Beta.Encryption, Some.Time));
    }

    [Fact]
    public void A_context_outside_its_bounds_is_never_sealed()
    {
        var context = Some.Context() with { Sequence = 0 };

        Assert.Throws<ArgumentException>(
            () => MessageSealer.Seal(Some.Content, context, Some.Alpha.Signing, Some.Beta.Encryption, Some.Time));
    }

    [Fact]
    public void Content_above_4_MiB_is_never_sealed() => Assert.Throws<ArgumentOutOfRangeException>(
        () => Some.Sealed(new byte[SealingLimits.ContentBytesMax + 1]));

    private static OpenResult OpenInner(byte[] inner, SignerRegistry signers) =>
        MessageOpener.Open(Envelope.Seal(inner, Some.Beta.Encryption), Some.Beta.Decryption, signers);
}
