using System.Diagnostics;
using System.Security.Cryptography;
using Gateway.Sealing.Signatures;
using Gateway.Sealing.Tests.Forge;

namespace Gateway.Sealing.Tests.Signatures;

/// <summary>Shape, content type, signer, certificates and algorithms; attributes have a file of their own.</summary>
public sealed class SignedDataRefusalTests
{
    private static readonly byte[] Sha1 = Convert.FromHexString("300906052B0E03021A0500");

    [Fact]
    public void A_message_larger_than_the_profile_allows_is_refused_unread() =>
        Refused(VerifyOutcome.TooLarge, new byte[SealingLimits.ContentBytesMax + 64 * 1024]);

    [Fact]
    public void Content_above_4_MiB_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.Content.Value = new byte[SealingLimits.ContentBytesMax + 1];

        Refused(VerifyOutcome.TooLarge, forged.AsIs());
    }

    [Fact]
    public void Nothing_is_not_a_message() => Refused(VerifyOutcome.Malformed, []);

    [Fact]
    public void Trailing_bytes_are_refused() => Refused(VerifyOutcome.Malformed, [.. ForgedSignedData.Message().AsIs(), 0]);

    [Fact]
    public void Indefinite_lengths_are_refused()
    {
        var content = ForgedSignedData.Message().ContentInfo.Children.SelectMany(child => child.Encode());

        Refused(VerifyOutcome.Malformed, [0x30, 0x80, .. content, 0, 0]);
    }

    [Fact]
    public void A_length_that_is_longer_than_needed_is_refused()
    {
        var valid = ForgedSignedData.Message().AsIs();

        Refused(VerifyOutcome.Malformed, [0x30, 0x83, 0, valid[2], valid[3], .. valid[4..]]);
    }

    [Fact]
    public void Content_in_pieces_is_refused()
    {
        var forged = ForgedSignedData.Message();
        var pieces = DerNode.Constructed(0x24, DerNode.Primitive(4, Some.Content[..4]), DerNode.Primitive(4, Some.Content[4..]));
        forged.Encapsulated[1].Children[0] = pieces;

        Refused(VerifyOutcome.Malformed, forged.AsIs());
    }

    [Fact]
    public void Attributes_out_of_order_are_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.Attributes.Children.Reverse();

        Refused(VerifyOutcome.Malformed, forged.AsIs());
    }

    [Fact]
    public void Another_cms_type_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.ContentInfo.Children[0] = DerNode.Parse(EncodedOids.Data);

        Refused(VerifyOutcome.NotSignedData, forged.AsIs());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Another_version_is_refused(byte version)
    {
        var forged = ForgedSignedData.Message();
        forged.SignedData[0].Value = [version];

        Refused(VerifyOutcome.WrongVersion, forged.AsIs());
    }

    [Fact]
    public void A_signer_named_by_issuer_and_serial_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.Signer[0].Value = [1];

        Refused(VerifyOutcome.WrongVersion, forged.AsIs());
    }

    [Fact]
    public void An_end_marker_presented_as_a_batch_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.Encapsulated.Children[0] = DerNode.Parse(EncodedOids.Encode(ContentTypes.DeidentificationRecord));
        forged.ReplaceValue(EncodedOids.ContentType, DerNode.Parse(EncodedOids.Encode(ContentTypes.DeidentificationRecord)));

        Refused(VerifyOutcome.WrongContentType, forged.SignedBy(Some.Alpha));
    }

    [Fact]
    public void An_agreement_presented_as_a_batch_is_refused() => Refused(VerifyOutcome.WrongContentType, Some.Statement());

    [Fact]
    public void A_batch_presented_as_an_agreement_is_refused()
    {
        var result = SignedDataVerifier.Verify(ForgedSignedData.Message().AsIs(), ContentTypes.Agreement, Some.Alpha.Signers);

        Assert.Equal(VerifyOutcome.WrongContentType, result.Outcome);
    }

    [Fact]
    public void A_record_presented_as_an_agreement_is_refused()
    {
        var record = SignedDataWriter.SignStatement(Some.Content, ContentTypes.StreamRecord, Some.Alpha.Signing, Some.Time);

        var result = SignedDataVerifier.Verify(record, ContentTypes.Agreement, Some.Alpha.Signers);

        Assert.Equal(VerifyOutcome.WrongContentType, result.Outcome);
    }

    [Fact]
    public void A_message_without_its_content_is_refused_where_content_is_needed() =>
        Refused(VerifyOutcome.WrongContentPresence, Some.Sealed().Detached);

    [Fact]
    public void A_message_with_content_is_refused_where_it_must_be_apart()
    {
        var result = SignedDataVerifier.VerifyDetached(
            ForgedSignedData.Message().AsIs(), ContentTypes.MappingBatch, Some.Alpha.Signers);

        Assert.Equal(VerifyOutcome.WrongContentPresence, result.Outcome);
    }

    [Fact]
    public void A_message_without_signer_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.Signers.Children.Clear();

        Refused(VerifyOutcome.SignerCount, forged.AsIs());
    }

    [Fact]
    public void A_message_with_two_signers_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.Signers.Children.Add(forged.Signer.Copy());

        Refused(VerifyOutcome.SignerCount, forged.AsIs());
    }

    [Fact]
    public void A_signer_who_is_not_in_the_registry_is_refused()
    {
        var result = SignedDataVerifier.Verify(
            ForgedSignedData.Message().AsIs(), ContentTypes.MappingBatch, Some.Beta.Signers);

        Assert.Equal(VerifyOutcome.UnknownSigner, result.Outcome);
    }

    [Fact]
    public void A_registry_that_answers_with_another_key_does_not_make_it_the_signer()
    {
        var result = SignedDataVerifier.Verify(
            ForgedSignedData.Message().AsIs(), ContentTypes.MappingBatch, _ => Some.Beta.Verification);

        Assert.Equal(VerifyOutcome.UnknownSigner, result.Outcome);
    }

    [Fact]
    public void A_certificate_nobody_asked_for_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.Certificates.Children.Add(DerNode.Parse(Some.Gamma.Pki["signing"].Certificate.RawData));
        forged.Certificates.SortAsSet();

        Refused(VerifyOutcome.ForeignCertificate, forged.AsIs());
    }

    [Fact]
    public void The_root_does_not_travel_with_a_message()
    {
        var forged = ForgedSignedData.Message();
        forged.Certificates.Children.Add(DerNode.Parse(Some.Alpha.Pki.Root.RawData));
        forged.Certificates.SortAsSet();

        Refused(VerifyOutcome.ForeignCertificate, forged.AsIs());
    }

    [Fact]
    public void The_same_certificate_twice_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.Certificates.Children.Add(DerNode.Parse(Some.Alpha.Pki["issuing"].Certificate.RawData));
        forged.Certificates.SortAsSet();

        Refused(VerifyOutcome.ForeignCertificate, forged.AsIs());
    }

    [Fact]
    public void A_message_without_the_certificate_of_its_signer_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.SignedData.Children.Remove(forged.Certificates);

        Refused(VerifyOutcome.ForeignCertificate, forged.AsIs());
    }

    [Fact]
    public void Fifteen_hundred_certificates_are_refused_in_no_time()
    {
        var forged = ForgedSignedData.Message();
        var certificate = DerNode.Parse(Some.Gamma.Pki["signing"].Certificate.RawData);
        forged.Certificates.Children.AddRange(Enumerable.Repeat(certificate, 1500));
        forged.Certificates.SortAsSet();
        var message = forged.AsIs();
        Refused(VerifyOutcome.TooLarge, message);

        var watch = Stopwatch.StartNew();
        Refused(VerifyOutcome.TooLarge, message);

        Assert.True(watch.Elapsed < TimeSpan.FromMilliseconds(100), $"took {watch.Elapsed}");
    }

    [Fact]
    public void Revocation_lists_in_a_message_are_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.SignedData.Children.Insert(4, DerNode.Constructed(0xA1, DerNode.Constructed(0x30)));

        Refused(VerifyOutcome.Malformed, forged.AsIs());
    }

    [Fact]
    public void Unsigned_attributes_are_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.Signer.Children.Add(DerNode.Constructed(0xA1, forged.Attributes[0].Copy()));

        Refused(VerifyOutcome.Malformed, forged.AsIs());
    }

    [Fact]
    public void A_weaker_digest_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.DigestAlgorithms.Children[0] = DerNode.Parse(Sha1);
        forged.Signer.Children[2] = DerNode.Parse(Sha1);

        Refused(VerifyOutcome.WrongAlgorithm, forged.SignedBy(Some.Alpha));
    }

    [Fact]
    public void A_digest_algorithm_for_the_message_that_the_signer_did_not_use_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.DigestAlgorithms.Children[0] = DerNode.Parse(Sha1);

        Refused(VerifyOutcome.WrongAlgorithm, forged.SignedBy(Some.Alpha));
    }

    [Fact]
    public void Two_digest_algorithms_are_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.DigestAlgorithms.Children.Add(DerNode.Parse(Sha1));
        forged.DigestAlgorithms.SortAsSet();

        Refused(VerifyOutcome.WrongAlgorithm, forged.AsIs());
    }

    [Fact]
    public void An_algorithm_with_null_parameters_is_another_encoding_and_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.Signer[2].Children.Add(DerNode.Primitive(5));

        Refused(VerifyOutcome.WrongAlgorithm, forged.SignedBy(Some.Alpha));
    }

    [Fact]
    public void Another_signature_algorithm_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.Signer.Children[4] = DerNode.Parse(Convert.FromHexString("300A06082A8648CE3D040303"));

        Refused(VerifyOutcome.WrongAlgorithm, forged.SignedBy(Some.Alpha, HashAlgorithmName.SHA384));
    }

    [Fact]
    public void Changed_content_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.Content.Value[0] ^= 1;

        Refused(VerifyOutcome.DigestMismatch, forged.AsIs());
    }

    [Fact]
    public void A_signature_by_another_key_is_refused() =>
        Refused(VerifyOutcome.SignatureInvalid, ForgedSignedData.Message().SignedBy(Some.Beta));

    [Fact]
    public void A_signature_over_attributes_that_were_changed_afterwards_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.ReplaceValue(EncodedOids.SigningTime, DerNode.Primitive(0x17, "260302120000Z"u8.ToArray()));

        Refused(VerifyOutcome.SignatureInvalid, forged.AsIs());
    }

    [Fact]
    public void A_signature_longer_than_any_can_be_is_refused()
    {
        var forged = ForgedSignedData.Message();
        forged.Signature.Value = new byte[80];

        Refused(VerifyOutcome.SignatureInvalid, forged.AsIs());
    }

    [Theory]
    [InlineData("260101000000Z")]
    [InlineData("270401000000Z")]
    public void A_signing_time_outside_the_validity_of_the_certificate_is_refused(string utcTime)
    {
        var forged = ForgedSignedData.Message();
        forged.ReplaceValue(EncodedOids.SigningTime, DerNode.Primitive(0x17, [.. utcTime.Select(character => (byte)character)]));

        Refused(VerifyOutcome.SignedOutsideValidity, forged.SignedBy(Some.Alpha));
    }

    [Fact]
    public void A_renewed_certificate_over_other_keys_does_not_verify_old_messages()
    {
        using var renewed = Some.Renewed(Some.Alpha);

        var result = SignedDataVerifier.Verify(ForgedSignedData.Message().AsIs(), ContentTypes.MappingBatch, renewed.Signers);

        Assert.Equal(VerifyOutcome.UnknownSigner, result.Outcome);
    }

    private static void Refused(VerifyOutcome expected, byte[] message)
    {
        var result = SignedDataVerifier.Verify(message, ContentTypes.MappingBatch, Some.Alpha.Signers);

        Assert.Equal(expected, result.Outcome);
        Assert.Null(result.Message);
    }
}
