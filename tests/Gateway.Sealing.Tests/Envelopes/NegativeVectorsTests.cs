using System.Security.Cryptography;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Signatures;
using Gateway.Sealing.Tests.Forge;

namespace Gateway.Sealing.Tests.Envelopes;

/// <summary>
/// The ways in which CMS implementations were measured to go wrong, each as one envelope that a peer could send. All of them reach the opener as
/// a whole; the tests of the parts look closer.
/// </summary>
public sealed class NegativeVectorsTests
{
    private const string Sha1 = "300906052B0E03021A0500";
    private const string AesCbc = "301D060960864801650304012A041000000000000000000000000000000000";

    internal static readonly NegativeVector[] Vectors =
    [
        new("signed attributes presented as content", () => Sealed(AttributesAsContent()), nameof(VerifyOutcome.NoSignedAttributes)),
        new("a block cipher without authentication", () => Changed(it => it.ContentInfo.Children[0] = DerNode.Parse(EncodedOids.Encode("1.2.840.113549.1.7.3"))), nameof(OpenOutcome.NotEnveloped)),
        new("a wrapped key that does not unwrap, for a padding oracle", () => Changed(it => it.EncryptedKey[1].Value[9] ^= 1), nameof(OpenOutcome.NotAuthentic)),
        new("a block cipher inside authenticated enveloped data", () => Changed(it => it.Encrypted.Children[1] = DerNode.Parse(Convert.FromHexString(AesCbc))), nameof(OpenOutcome.WrongAlgorithm)),
        new("a tag of four bytes", () => Changed(it => it.Tag.Value = it.Tag.Value[..4]), nameof(OpenOutcome.WrongAlgorithm)),
        new("a flipped bit in the ciphertext, released before the tag was checked", () => Changed(it => it.Ciphertext.Value[0] ^= 1), nameof(OpenOutcome.NotAuthentic)),
        new("SHA-1 in a signature", () => Sealed(WithSha1()), nameof(VerifyOutcome.WrongAlgorithm)),
        new("protected algorithms that are not those outside", () => Sealed(WithOtherProtectedAlgorithms()), nameof(VerifyOutcome.AttributeMismatch)),
        new("a signer nobody agreed with", () => Sealed(ForgedSignedData.Message().SignedBy(Some.Gamma)), nameof(VerifyOutcome.SignatureInvalid)),
        new("a certificate nobody asked for", () => Sealed(WithCertificate(Some.Gamma.Pki["signing"].Certificate.RawData)), nameof(VerifyOutcome.ForeignCertificate)),
        new("unsigned attributes", () => Sealed(WithUnsignedAttributes()), nameof(VerifyOutcome.Malformed)),
        new("indefinite lengths", Indefinite, nameof(OpenOutcome.Malformed)),
        new("bytes after the end", () => [.. Some.Sealed().Envelope, 0], nameof(OpenOutcome.Malformed)),
        new("bytes after the end of the message inside", () => Sealed([.. ForgedSignedData.Message().AsIs(), 0]), nameof(VerifyOutcome.Malformed)),
        new("1,501 certificates", () => Sealed(WithCrowd()), nameof(VerifyOutcome.TooLarge)),
        new("one recipient twice", () => ForgedEnvelope.ForTwo(Some.Beta.Encryption, Some.Beta.Encryption), nameof(OpenOutcome.WrongRecipients)),
        new("a point that is not on the curve", () => Changed(it => it.OriginatorKey[1].Value[65] ^= 1), nameof(OpenOutcome.NotAuthentic)),
        new("compressed data, which may be a bomb", () => Changed(it => it.ContentInfo.Children[0] = DerNode.Parse(EncodedOids.Encode("1.2.840.113549.1.9.16.1.9"))), nameof(OpenOutcome.NotEnveloped)),
        new("another content type than data, without authenticated attributes", () => Changed(it => it.Encrypted.Children[0] = DerNode.Parse(EncodedOids.SignedData)), nameof(OpenOutcome.WrongAlgorithm)),
        new("a second way to the content key beside ours", WithKeyEncapsulation, nameof(OpenOutcome.WrongRecipients)),
        new("a signature by the certificate that came with it", () => Sealed(BySelf()), nameof(VerifyOutcome.UnknownSigner)),
    ];

    public static TheoryData<string> Pitfalls => [.. Vectors.Select(vector => vector.Pitfall)];

    [Theory]
    [MemberData(nameof(Pitfalls))]
    public void What_others_were_seen_to_accept_is_refused_by_name(string pitfall)
    {
        var vector = Vectors.Single(vector => vector.Pitfall == pitfall);

        var result = MessageOpener.Open(vector.Bytes(), Some.Beta.Decryption, Some.Alpha.Signers);

        Assert.Equal(vector.Outcome, result.Outcome == OpenOutcome.NotVerified ? result.Verify.ToString() : result.Outcome.ToString());
        Assert.Null(result.Message);
    }

    private static byte[] Changed(Action<ForgedEnvelope> change)
    {
        var envelope = ForgedEnvelope.Message();
        change(envelope);
        return envelope.Encode();
    }

    private static byte[] Sealed(byte[] message) => Envelope.Seal(message, Some.Beta.Encryption);

    private static byte[] AttributesAsContent()
    {
        var forged = ForgedSignedData.Message();
        var attributes = forged.Attributes.Copy();
        attributes.Tag = 0x31;
        forged.Content.Value = attributes.Encode();
        forged.Signer.Children.RemoveAt(3);
        return forged.AsIs();
    }

    private static byte[] WithSha1()
    {
        var forged = ForgedSignedData.Message();
        forged.DigestAlgorithms.Children[0] = DerNode.Parse(Convert.FromHexString(Sha1));
        forged.Signer.Children[2] = DerNode.Parse(Convert.FromHexString(Sha1));
        forged.ReplaceValue(EncodedOids.MessageDigest, DerNode.Primitive(4, new byte[20]));
        return forged.SignedBy(Some.Alpha, HashAlgorithmName.SHA1);
    }

    private static byte[] WithOtherProtectedAlgorithms()
    {
        var forged = ForgedSignedData.Message();
        forged.AttributeValue(EncodedOids.AlgorithmProtection)[0][0].Value[^1] ^= 3;
        return forged.SignedBy(Some.Alpha);
    }

    private static byte[] WithCertificate(byte[] certificate)
    {
        var forged = ForgedSignedData.Message();
        forged.Certificates.Children.RemoveAt(1);
        forged.Certificates.Children.Add(DerNode.Parse(certificate));
        forged.Certificates.SortAsSet();
        return forged.AsIs();
    }

    private static byte[] WithCrowd()
    {
        var forged = ForgedSignedData.Message();
        forged.Certificates.Children.AddRange(Enumerable.Repeat(DerNode.Parse(Some.Gamma.Pki["signing"].Certificate.RawData), 1500));
        forged.Certificates.SortAsSet();
        return forged.AsIs();
    }

    private static byte[] WithUnsignedAttributes()
    {
        var forged = ForgedSignedData.Message();
        forged.Signer.Children.Add(DerNode.Constructed(0xA1, forged.Attributes[0].Copy()));
        return forged.AsIs();
    }

    private static byte[] Indefinite()
    {
        var content = ForgedEnvelope.Message().ContentInfo.Children.SelectMany(child => child.Encode());
        return [0x30, 0x80, .. content, 0, 0];
    }

    private static byte[] WithKeyEncapsulation()
    {
        var forged = ForgedEnvelope.Message();
        forged.Recipients.Children.Add(DerNode.Constructed(0xA4, DerNode.Parse(EncodedOids.Encode("1.2.840.113549.1.9.16.13.3")), DerNode.Constructed(0x30)));
        forged.Recipients.SortAsSet();
        return forged.Encode();
    }

    private static byte[] BySelf()
    {
        var context = Some.Context(from: Some.Gamma);
        var message = MessageSealer.Seal(Some.Content, context, Some.Gamma.Signing, Some.Beta.Encryption, Some.Time);
        return Some.Inner(message);
    }
}
