using System.Security.Cryptography;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Receipts;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Tests.Envelopes;

public sealed class MessageRoundTripTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(65_535)]
    [InlineData(70_000)]
    [InlineData(SealingLimits.ContentBytesMax)]
    public void A_sealed_message_opens_to_what_was_signed(int size)
    {
        var content = RandomNumberGenerator.GetBytes(size);

        var result = MessageOpener.Open(Some.Sealed(content).Envelope, Some.Beta.Decryption, Some.Alpha.Signers);

        Assert.Equal(OpenOutcome.Opened, result.Outcome);
        Assert.True(result.Message!.Content.Span.SequenceEqual(content));
    }

    [Fact]
    public void An_opened_message_says_everything_that_was_signed_with_it()
    {
        var message = Some.Sealed();

        var opened = MessageOpener.Open(message.Envelope, Some.Beta.Decryption, Some.Alpha.Signers).Message!;

        Assert.Equal(Some.Context() with { MessageId = default, MerkleRoot = default, PreviousMessageHash = default }, opened.Context! with { MessageId = default, MerkleRoot = default, PreviousMessageHash = default });
        Assert.Equal(Some.Context().MessageId.ToArray(), opened.Context!.MessageId.ToArray());
        Assert.Equal(Some.Context().MerkleRoot.ToArray(), opened.Context.MerkleRoot.ToArray());
        Assert.Equal(Some.Time, opened.SigningTime);
        Assert.Same(Some.Alpha.Verification, opened.Signer);
        Assert.Equal(message.MessageHash, opened.MessageHash.ToArray());
        Assert.Equal(message.Detached, opened.ToDetached());
    }

    [Fact]
    public void A_receipt_is_checked_with_the_message_without_its_content()
    {
        var message = Some.Sealed();
        var opened = MessageOpener.Open(message.Envelope, Some.Beta.Decryption, Some.Alpha.Signers).Message!;

        var receipt = SignedReceipt.Create(opened, Some.Beta.Signing, Some.Time);
        var result = SignedReceipt.Verify(receipt, message.Detached, Some.Beta.Signers, Some.Alpha.Signers);

        Assert.Equal(ReceiptOutcome.Received, result.Outcome);
    }
}
