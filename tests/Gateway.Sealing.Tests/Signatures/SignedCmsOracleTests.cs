using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Receipts;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Tests.Signatures;

/// <summary>The platform's own SignedCms as a second reader and as a writer of what we must refuse.</summary>
public sealed class SignedCmsOracleTests
{
    private static readonly Oid Sha256 = new("2.16.840.1.101.3.4.2.1");
    private static readonly Oid Sha1 = new("1.3.14.3.2.26");

    [Fact]
    public void SignedCms_accepts_a_weak_digest_and_we_refuse_it()
    {
        var signed = SignWithPlatform(Sha1);
        Read(signed);

        var result = SignedDataVerifier.Verify(signed, ContentTypes.Agreement, Some.Alpha.Signers);

        Assert.Equal(VerifyOutcome.WrongAlgorithm, result.Outcome);
    }

    [Fact]
    public void SignedCms_accepts_trailing_bytes_and_we_refuse_them()
    {
        byte[] trailing = [.. Some.Statement(), 0];
        Read(trailing);

        var result = SignedDataVerifier.Verify(trailing, ContentTypes.Agreement, Some.Alpha.Signers);

        Assert.Equal(VerifyOutcome.Malformed, result.Outcome);
    }

    [Fact]
    public void A_signature_by_SignedCms_is_refused_for_its_missing_attributes()
    {
        var result = SignedDataVerifier.Verify(SignWithPlatform(Sha256), ContentTypes.Agreement, Some.Alpha.Signers);

        Assert.Equal(VerifyOutcome.WrongAttributeSet, result.Outcome);
    }

    [Fact]
    public void SignedCms_reads_our_statements_messages_and_receipts()
    {
        var message = Some.Sealed();
        var opened = MessageOpener.Open(message.Envelope, Some.Beta.Decryption, Some.Alpha.Signers).Message!;

        Assert.Equal(Some.Content, Read(Some.Statement()));
        Assert.Equal(Some.Content, Read(Some.Inner(message)));
        Assert.NotEmpty(Read(SignedReceipt.Create(opened, Some.Beta.Signing, Some.Time)));
    }

    private static byte[] Read(byte[] signed)
    {
        var cms = new SignedCms();
        cms.Decode(signed);
        cms.CheckSignature(verifySignatureOnly: true);
        return cms.ContentInfo.Content;
    }

    /// <summary>As close to the profile as the platform gets: key identifier, both certificates, private content type.</summary>
    private static byte[] SignWithPlatform(Oid digest)
    {
        var cms = new SignedCms(new ContentInfo(new Oid(ContentTypes.Agreement), Some.Content));
        using var certificate = Some.Alpha.Pki["signing"].Certificate.CopyWithPrivateKey(Some.Alpha.Pki["signing"].Key);
        var signer = new CmsSigner(SubjectIdentifierType.SubjectKeyIdentifier, certificate) { DigestAlgorithm = digest };
        signer.Certificates.Add(Some.Alpha.Pki["issuing"].Certificate);
        signer.IncludeOption = X509IncludeOption.EndCertOnly;
        cms.ComputeSignature(signer);
        return cms.Encode();
    }
}
