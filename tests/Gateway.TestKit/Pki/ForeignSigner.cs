using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Signatures;

namespace Gateway.TestKit.Pki;

/// <summary>
/// Writes and signs messages of the profile without our own writer, and signs whatever it is told: a peer that lies, with a key that is real.
/// </summary>
public static class ForeignSigner
{
    private const string PrivateArc = "1.3.6.1.4.1.99999";

    private static readonly Asn1Tag Implicit0 = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Explicit0 = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>A message signed by one provider and sealed for another, whatever its context says.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> content, ExchangeContext context, TestProvider signer, TestProvider recipient, DateTimeOffset at) =>
        Envelope.Seal(Sign(content, PrivateArc + ".2.1", context, signer, "signing", at), recipient.Encryption);

    /// <summary>A statement signed with the key of any purpose, such as that of TLS; everything else about it is as it should be.</summary>
    public static byte[] SignStatement(ReadOnlySpan<byte> content, string contentType, TestProvider signer, string purpose, DateTimeOffset at) =>
        Sign(content, contentType, context: null, signer, purpose, at);

    private static byte[] Sign(ReadOnlySpan<byte> content, string contentType, ExchangeContext? context, TestProvider signer, string purpose, DateTimeOffset at)
    {
        var certificate = signer.Pki[purpose].Certificate;
        var attributes = Attributes(content, contentType, context, certificate, at);
        using var key = ECDsa.Create();
        key.ImportFromPem(signer.Pki[purpose].ExportPrivateKeyPem());
        var signature = key.SignData(attributes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.7.2");
            using (writer.PushSequence(Explicit0))
            using (writer.PushSequence())
            {
                writer.WriteInteger(3);
                using (writer.PushSetOf())
                {
                    WriteSha256(writer);
                }

                WriteContent(writer, content, contentType);
                using (writer.PushSetOf(Implicit0))
                {
                    writer.WriteEncodedValue(certificate.RawData);
                    writer.WriteEncodedValue(signer.Pki["issuing"].Certificate.RawData);
                }

                using (writer.PushSetOf())
                {
                    WriteSigner(writer, certificate, attributes, signature);
                }
            }
        }

        return writer.Encode();
    }

    private static void WriteContent(AsnWriter writer, ReadOnlySpan<byte> content, string contentType)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(contentType);
            using (writer.PushSequence(Explicit0))
            {
                writer.WriteOctetString(content);
            }
        }
    }

    private static void WriteSigner(AsnWriter writer, X509Certificate2 certificate, byte[] attributes, byte[] signature)
    {
        var identifier = certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifierBytes;
        byte[] tagged = [0xA0, .. attributes.AsSpan(1)];
        using (writer.PushSequence())
        {
            writer.WriteInteger(3);
            writer.WriteOctetString(identifier.Span, Implicit0);
            WriteSha256(writer);
            writer.WriteEncodedValue(tagged);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.10045.4.3.2");
            }

            writer.WriteOctetString(signature);
        }
    }

    private static byte[] Attributes(ReadOnlySpan<byte> content, string contentType, ExchangeContext? context, X509Certificate2 certificate, DateTimeOffset at)
    {
        var digest = SHA256.HashData(content);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSetOf())
        {
            Write(writer, "1.2.840.113549.1.9.3", () => writer.WriteObjectIdentifier(contentType));
            Write(writer, "1.2.840.113549.1.9.4", () => writer.WriteOctetString(digest));
            Write(writer, "1.2.840.113549.1.9.5", () => writer.WriteUtcTime(at));
            Write(writer, "1.2.840.113549.1.9.52", () => WriteAlgorithms(writer));
            Write(writer, "1.2.840.113549.1.9.16.2.47", () => WriteCertificateHash(writer, certificate));
            if (context is not null)
            {
                Write(writer, PrivateArc + ".1.1", () => WriteContext(writer, context));
                Write(writer, "1.2.840.113549.1.9.16.2.1", () => WriteReceiptRequest(writer, context));
            }
        }

        return writer.Encode();
    }

    private static void Write(AsnWriter writer, string oid, Action value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            using (writer.PushSetOf())
            {
                value();
            }
        }
    }

    private static void WriteSha256(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("2.16.840.1.101.3.4.2.1");
        }
    }

    private static void WriteAlgorithms(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            WriteSha256(writer);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
            {
                writer.WriteObjectIdentifier("1.2.840.10045.4.3.2");
            }
        }
    }

    private static void WriteCertificateHash(AsnWriter writer, X509Certificate2 certificate)
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteOctetString(SHA256.HashData(certificate.RawData));
        }
    }

    private static void WriteReceiptRequest(AsnWriter writer, ExchangeContext context)
    {
        using (writer.PushSequence())
        {
            writer.WriteOctetString(context.MessageId.Span);
            writer.WriteInteger(0, new Asn1Tag(TagClass.ContextSpecific, 0));
            using (writer.PushSequence())
            using (writer.PushSequence())
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, context.Sender.ToString(), new Asn1Tag(TagClass.ContextSpecific, 6));
            }
        }
    }

    private static void WriteContext(AsnWriter writer, ExchangeContext context)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, context.Sender.ToString());
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, context.Recipient.ToString());
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, context.AgreementId);
            writer.WriteInteger(context.AgreementRevision);
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, context.Purpose);
            writer.WriteOctetString(context.MessageId.Span);
            writer.WriteInteger(context.Sequence);
            if (!context.PreviousMessageHash.IsEmpty)
            {
                writer.WriteOctetString(context.PreviousMessageHash.Span, Implicit0);
            }

            writer.WriteGeneralizedTime(context.NotAfter, omitFractionalSeconds: true);
            writer.WriteInteger(context.Count);
            writer.WriteOctetString(context.MerkleRoot.Span);
        }
    }
}
