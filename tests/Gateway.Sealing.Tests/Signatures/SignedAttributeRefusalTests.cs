using System.Formats.Asn1;
using System.Security.Cryptography;
using Gateway.Sealing.Signatures;
using Gateway.Sealing.Tests.Forge;

namespace Gateway.Sealing.Tests.Signatures;

/// <summary>Every message here has a genuine signature over its wrong attributes.</summary>
public sealed class SignedAttributeRefusalTests
{
    private const byte Utf8String = 0x0C;
    private const byte OctetString = 0x04;
    private const byte Integer = 0x02;

    public static TheoryData<string> Mandatory => ["ContentType", "MessageDigest", "SigningTime", "AlgorithmProtection", "SigningCertificateV2", "ExchangeContext", "ReceiptRequest"];

    [Fact]
    public void A_message_without_signed_attributes_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.Signer.Children.RemoveAt(3);

        Refused(VerifyOutcome.NoSignedAttributes, forged.AsIs());
    }

    [Theory]
    [MemberData(nameof(Mandatory))]
    public void A_message_without_one_of_its_attributes_is_refused(string attribute) =>
        Refused(VerifyOutcome.WrongAttributeSet, ForgedSignedData.Message().Remove(Oid(attribute)).SignedBy(Some.Alpha));

    [Theory]
    [MemberData(nameof(Mandatory))]
    public void A_message_with_an_attribute_twice_is_refused(string attribute)
    {
        var forged = ForgedSignedData.Message();
        forged.Add(forged.Attribute(Oid(attribute)).Copy());

        Refused(VerifyOutcome.WrongAttributeSet, forged.SignedBy(Some.Alpha));
    }

    [Theory]
    [MemberData(nameof(Mandatory))]
    public void An_attribute_with_two_values_is_refused(string attribute)
    {
        var forged = ForgedSignedData.Message();
        var value = forged.AttributeValue(Oid(attribute));
        forged.ReplaceValue(Oid(attribute), value, value.Copy());

        Refused(VerifyOutcome.Malformed, forged.SignedBy(Some.Alpha));
    }

    [Theory]
    [MemberData(nameof(Mandatory))]
    public void An_attribute_without_value_is_refused(string attribute) =>
        Refused(VerifyOutcome.Malformed, ForgedSignedData.Message().ReplaceValue(Oid(attribute)).SignedBy(Some.Alpha));

    [Fact]
    public void An_attribute_the_profile_does_not_know_is_refused()
    {
        var unknown = ForgedSignedData.NewAttribute(EncodedOids.Encode("1.2.840.113549.1.9.15"), DerNode.Constructed(0x30));

        Refused(VerifyOutcome.WrongAttributeSet, ForgedSignedData.Message().Add(unknown).SignedBy(Some.Alpha));
    }

    [Theory]
    [InlineData("MessageSignatureDigest")]
    public void An_attribute_of_receipts_is_refused_on_a_message(string attribute)
    {
        var alien = ForgedSignedData.NewAttribute(Oid(attribute), DerNode.Primitive(OctetString, new byte[32]));

        Refused(VerifyOutcome.WrongAttributeSet, ForgedSignedData.Message().Add(alien).SignedBy(Some.Alpha));
    }

    [Fact]
    public void An_exchange_context_on_a_statement_is_refused()
    {
        var forged = new ForgedSignedData(Some.Statement());
        forged.Add(ForgedSignedData.NewAttribute(EncodedOids.ExchangeContext, DerNode.Of(Some.Context().Write)));

        var result = SignedDataVerifier.Verify(forged.SignedBy(Some.Alpha), ContentTypes.Agreement, Some.Alpha.Signers);

        Assert.Equal(VerifyOutcome.WrongAttributeSet, result.Outcome);
    }

    [Fact]
    public void More_than_4_KiB_of_attributes_are_refused()
    {
        var large = ForgedSignedData.NewAttribute(EncodedOids.ExchangeContext, DerNode.Primitive(OctetString, new byte[4096]));

        Refused(VerifyOutcome.TooLarge, ForgedSignedData.Message().Add(large).SignedBy(Some.Alpha));
    }

    [Fact]
    public void A_signed_content_type_other_than_the_one_outside_is_refused() => Mismatch(
        EncodedOids.ContentType, DerNode.Parse(EncodedOids.Encode(ContentTypes.DeidentificationRecord)));

    [Fact]
    public void Protected_algorithms_other_than_those_outside_are_refused() => Mismatch(
        EncodedOids.AlgorithmProtection, DerNode.Parse([0x30, 0x19, .. Convert.FromHexString("300B0609608648016503040202"), 0xA1, .. AlgorithmBytes.EcdsaSha256[1..]]));

    [Fact]
    public void A_signature_that_names_another_certificate_is_refused() => Mismatch(
        EncodedOids.SigningCertificateV2, DerNode.Of(writer => WriteCertificate(writer, SHA256.HashData(Some.Gamma.Pki["signing"].Certificate.RawData))));

    [Fact]
    public void A_receipt_request_for_another_mailbox_is_refused() => Mismatch(
        EncodedOids.ReceiptRequest, RequestFor(Some.Context(Some.Gamma)));

    [Fact]
    public void A_receipt_request_for_another_message_id_is_refused() => Mismatch(
        EncodedOids.ReceiptRequest, RequestFor(Some.Context() with { MessageId = new byte[16] }));

    [Fact]
    public void A_digest_of_other_content_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.ReplaceValue(EncodedOids.MessageDigest, DerNode.Primitive(OctetString, SHA256.HashData("other"u8)));

        Refused(VerifyOutcome.DigestMismatch, forged.SignedBy(Some.Alpha));
    }

    [Fact]
    public void A_digest_that_is_cut_short_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.ReplaceValue(EncodedOids.MessageDigest, DerNode.Primitive(OctetString, SHA256.HashData(Some.Content)[..16]));

        Refused(VerifyOutcome.DigestMismatch, forged.SignedBy(Some.Alpha));
    }

    [Fact]
    public void A_signing_time_as_generalized_time_before_2050_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.ReplaceValue(EncodedOids.SigningTime, DerNode.Primitive(0x18, "20260301120000Z"u8.ToArray()));

        Refused(VerifyOutcome.Malformed, forged.SignedBy(Some.Alpha));
    }

    [Theory]
    [InlineData(0, Integer, "02", "another version")]
    [InlineData(1, Utf8String, "58564944453A2F2F612F62", "a sender that is no gateway identity")]
    [InlineData(2, Utf8String, "", "no recipient")]
    [InlineData(3, Utf8String, "", "no agreement")]
    [InlineData(3, Utf8String, "6120622063", "an agreement id with blanks")]
    [InlineData(3, Utf8String, "D0B0677265656D656E74", "an agreement id with a look-alike letter")]
    [InlineData(4, Integer, "00", "revision 0")]
    [InlineData(4, Integer, "0080000000", "a revision beyond 31 bits")]
    [InlineData(5, Utf8String, "", "no purpose")]
    [InlineData(6, OctetString, "000102030405060708090A0B0C0D0E", "a message id of 15 bytes")]
    [InlineData(7, Integer, "00", "sequence 0")]
    [InlineData(7, Integer, "FF", "a negative sequence")]
    [InlineData(7, Integer, "008000000000000000", "a sequence beyond 63 bits")]
    [InlineData(9, Integer, "0401", "1,025 items")]
    [InlineData(9, Integer, "FF", "a negative number of items")]
    [InlineData(10, OctetString, "", "no root")]
    public void A_context_with_a_field_outside_its_bounds_is_refused(int field, byte tag, string value, string what)
    {
        var message = ForgedSignedData.WithContext(context => context.Children[field] = DerNode.Primitive(tag, Convert.FromHexString(value)));

        var result = SignedDataVerifier.Verify(message, ContentTypes.MappingBatch, Some.Alpha.Signers);

        Assert.True(result.Outcome == VerifyOutcome.WrongAttributeSet, $"{what}: {result.Outcome}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    public void A_first_message_that_names_one_before_it_is_refused(int bytes) => Refused(
        VerifyOutcome.WrongAttributeSet,
        ForgedSignedData.WithContext(context => context.Children.Insert(8, DerNode.Primitive(0x80, new byte[bytes]))));

    [Fact]
    public void An_agreement_id_of_65_characters_is_refused() => Refused(
        VerifyOutcome.WrongAttributeSet,
        ForgedSignedData.WithContext(context => context[3].Value = [.. Enumerable.Repeat((byte)'a', 65)]));

    [Fact]
    public void A_context_with_a_field_too_many_is_refused() => Refused(
        VerifyOutcome.Malformed,
        ForgedSignedData.WithContext(context => context.Children.Add(DerNode.Primitive(Integer, 1))));

    [Fact]
    public void A_context_with_a_field_too_few_is_refused() => Refused(
        VerifyOutcome.Malformed,
        ForgedSignedData.WithContext(context => context.Children.RemoveAt(10)));

    [Fact]
    public void A_context_with_fractions_of_a_second_is_refused() => Refused(
        VerifyOutcome.WrongAttributeSet,
        ForgedSignedData.WithContext(context => context[8].Value = "20260302120000.5Z"u8.ToArray()));

    private static DerNode RequestFor(ExchangeContext context) =>
        DerNode.Of(writer => ReceiptRequest.Write(writer, context.MessageId.Span, context.Sender));

    private static void WriteCertificate(AsnWriter writer, byte[] hash)
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteOctetString(hash);
        }
    }

    private static byte[] Oid(string name) =>
        (byte[])typeof(EncodedOids).GetField(name)!.GetValue(null)!;

    private static void Mismatch(byte[] oid, DerNode value) =>
        Refused(VerifyOutcome.AttributeMismatch, ForgedSignedData.Message().ReplaceValue(oid, value).SignedBy(Some.Alpha));

    private static void Refused(VerifyOutcome expected, byte[] message)
    {
        var result = SignedDataVerifier.Verify(message, ContentTypes.MappingBatch, Some.Alpha.Signers);

        Assert.Equal(expected, result.Outcome);
        Assert.Null(result.Message);
    }
}
