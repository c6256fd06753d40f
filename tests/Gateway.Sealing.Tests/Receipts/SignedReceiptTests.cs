using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Receipts;
using Gateway.Sealing.Signatures;
using Gateway.Sealing.Tests.Forge;
using Gateway.TestKit;
using Gateway.TestKit.Pki;

namespace Gateway.Sealing.Tests.Receipts;

public sealed class SignedReceiptTests
{
    private static readonly SealedMessage Original = Some.Sealed();
    private static readonly SignedMessage Opened = MessageOpener.Open(Original.Envelope, Some.Beta.Decryption, Some.Alpha.Signers).Message!;
    private static readonly byte[] Receipt = SignedReceipt.Create(Opened, Some.Beta.Signing, Some.Time);

    [Fact]
    public void A_receipt_for_another_message_is_refused()
    {
        var other = MessageSealer.Seal(
            Some.Content,
            Some.Context(sequence: 2) with { MessageId = new byte[16] },
            Some.Alpha.Signing,
            Some.Beta.Encryption,
            Some.Time);

        Refused(ReceiptOutcome.OtherMessage, Receipt, other.Detached);
    }

    [Fact]
    public void A_receipt_for_the_same_message_signed_again_is_refused() =>
        Refused(ReceiptOutcome.OtherMessage, Receipt, Some.Sealed().Detached);

    [Fact]
    public void A_receipt_over_other_attributes_is_refused()
    {
        var forged = new ForgedSignedData(Receipt);
        forged.ReplaceValue(EncodedOids.MessageSignatureDigest, DerNode.Primitive(4, new byte[32]));

        Refused(ReceiptOutcome.OtherMessage, forged.SignedBy(Some.Beta));
    }

    [Fact]
    public void A_receipt_with_another_context_is_refused()
    {
        var forged = new ForgedSignedData(Receipt);
        forged.ReplaceValue(EncodedOids.ExchangeContext, DerNode.Of((Some.Context() with { AgreementRevision = 2 }).Write));

        Refused(ReceiptOutcome.OtherMessage, forged.SignedBy(Some.Beta));
    }

    [Fact]
    public void A_receipt_by_somebody_else_than_the_recipient_is_refused()
    {
        var forged = new ForgedSignedData(ReceiptBy(Some.Gamma));

        var result = SignedReceipt.Verify(forged.AsIs(), Original.Detached, Some.Gamma.Signers, Some.Alpha.Signers);

        Assert.Equal(ReceiptOutcome.NotTheRecipient, result.Outcome);
    }

    [Fact]
    public void A_receipt_by_a_key_that_is_not_the_recipients_is_refused() => Refused(
        ReceiptOutcome.ReceiptNotVerified, ReceiptBy(Some.Gamma), Original.Detached);

    [Theory]
    [InlineData("MessageSignatureDigest")]
    [InlineData("ExchangeContext")]
    public void A_receipt_without_one_of_its_attributes_is_refused(string attribute)
    {
        var oid = (byte[])typeof(EncodedOids).GetField(attribute)!.GetValue(null)!;
        var forged = new ForgedSignedData(Receipt).Remove(oid).SignedBy(Some.Beta);

        var result = SignedReceipt.Verify(forged, Original.Detached, Some.Beta.Signers, Some.Alpha.Signers);

        Assert.Equal((ReceiptOutcome.ReceiptNotVerified, VerifyOutcome.WrongAttributeSet), (result.Outcome, result.Verify));
    }

    [Fact]
    public void A_batch_presented_as_a_receipt_is_refused()
    {
        var result = SignedReceipt.Verify(Some.Inner(Original), Original.Detached, Some.Alpha.Signers, Some.Alpha.Signers);

        Assert.Equal((ReceiptOutcome.ReceiptNotVerified, VerifyOutcome.WrongContentType), (result.Outcome, result.Verify));
    }

    [Fact]
    public void A_receipt_for_a_message_that_does_not_verify_proves_nothing()
    {
        var result = SignedReceipt.Verify(Receipt, Original.Detached, Some.Beta.Signers, Some.Gamma.Signers);

        Assert.Equal((ReceiptOutcome.OriginalNotVerified, VerifyOutcome.UnknownSigner), (result.Outcome, result.Verify));
    }

    [Fact]
    public void A_receipt_with_a_flipped_bit_is_refused_wherever_it_is()
    {
        byte[] receipt = [.. Receipt];
        var choice = new SeededGenerator(20260303);

        for (var i = 0; i < 1000; i++)
        {
            var position = choice.Next(0, receipt.Length);
            receipt[position] ^= 4;
            var outcome = SignedReceipt.Verify(receipt, Original.Detached, Some.Beta.Signers, Some.Alpha.Signers).Outcome;
            Assert.True(outcome != ReceiptOutcome.Received, $"valid with a bit flipped at {position}");
            receipt[position] ^= 4;
        }
    }

    [Fact]
    public void A_receipt_is_never_made_by_somebody_the_message_was_not_sent_to() =>
        Assert.Throws<ArgumentException>(() => SignedReceipt.Create(Opened, Some.Gamma.Signing, Some.Time));

    [Fact]
    public void A_receipt_is_never_made_for_a_statement()
    {
        var statement = SignedDataVerifier.Verify(Some.Statement(), ContentTypes.Agreement, Some.Alpha.Signers).Message!;

        Assert.Throws<ArgumentException>(() => SignedReceipt.Create(statement, Some.Beta.Signing, Some.Time));
    }

    [Fact]
    public void After_a_crash_the_receipt_is_made_from_what_is_stored()
    {
        var stored = SignedDataVerifier.VerifyDetached(Opened.ToDetached(), ContentTypes.MappingBatch, Some.Alpha.Signers);

        var receipt = SignedReceipt.Create(stored.Message!, Some.Beta.Signing, Some.Time);

        var result = SignedReceipt.Verify(receipt, Original.Detached, Some.Beta.Signers, Some.Alpha.Signers);
        Assert.Equal(ReceiptOutcome.Received, result.Outcome);
    }

    [Fact]
    public void What_is_stored_is_checked_again_before_a_receipt_is_made_from_it()
    {
        var damaged = Opened.ToDetached();
        damaged[^5] ^= 1;

        var stored = SignedDataVerifier.VerifyDetached(damaged, ContentTypes.MappingBatch, Some.Alpha.Signers);

        Assert.Equal(VerifyOutcome.SignatureInvalid, stored.Outcome);
        Assert.Null(stored.Message);
    }

    [Fact]
    public void Anybody_can_check_a_receipt_with_the_two_roots_and_nothing_else()
    {
        var (receiptSigners, _) = OfflineSigners.From(Receipt, [Some.Beta.Anchors], Some.Time.AddYears(5));
        var (originalSigners, _) = OfflineSigners.From(Original.Detached, [Some.Alpha.Anchors], Some.Time.AddYears(5));

        var result = SignedReceipt.Verify(Receipt, Original.Detached, receiptSigners, originalSigners);

        Assert.Equal(ReceiptOutcome.Received, result.Outcome);
        Assert.Equal(Some.Context().MessageId.ToArray(), result.Original!.Context!.MessageId.ToArray());
        Assert.Equal(Some.Time, result.Receipt!.SigningTime);
    }

    /// <summary>A receipt that answers the message in every word, signed by a gateway it was not sent to.</summary>
    private static byte[] ReceiptBy(TestProvider provider)
    {
        var content = new ForgedSignedData(Receipt).Content.Value;
        var (tail, _) = SignedDataWriter.Sign(content, ContentTypes.Receipt, provider.Signing, Some.Time, writer =>
        {
            SignedAttributes.Write(writer, Oids.ExchangeContext, Opened.Context!, static (it, value) => value.Write(it));
            SignedAttributes.Write(writer, Oids.MessageSignatureDigest, Opened.MessageHash, static (it, hash) => it.WriteOctetString(hash.Span));
        });
        return SignedDataLayout.Attached(ContentTypes.Receipt, content, tail);
    }

    private static void Refused(ReceiptOutcome expected, byte[] receipt, byte[]? detached = null)
    {
        var result = SignedReceipt.Verify(receipt, detached ?? Original.Detached, Some.Beta.Signers, Some.Alpha.Signers);

        Assert.Equal(expected, result.Outcome);
        Assert.Null(result.Receipt);
    }
}
