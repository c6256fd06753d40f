using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sealing.Keys;

namespace Gateway.Sealing.Signatures;

/// <summary>
/// A signed message without its content, taken apart into what a person checks by hand: the bytes that were signed, the signature, the
/// certificates. Nothing in it is verified; put together again it is a message for <see cref="SignedDataVerifier.VerifyDetached"/>.
/// </summary>
/// <param name="ContentType">Kind of content, one of <see cref="ContentTypes"/>.</param>
/// <param name="Attributes">The signed attributes as DER SET OF: the very bytes under the signature (RFC 5652 section 5.4), at most 4 KiB.</param>
/// <param name="Signature">ECDSA signature value, DER.</param>
/// <param name="KeyIdentifier">Subject key identifier of the signer's certificate.</param>
/// <param name="Certificates">The signer's certificate, then its issuer's, DER, at most 3.</param>
public sealed record SignedParts(
    string ContentType,
    ReadOnlyMemory<byte> Attributes,
    ReadOnlyMemory<byte> Signature,
    ReadOnlyMemory<byte> KeyIdentifier,
    IReadOnlyList<ReadOnlyMemory<byte>> Certificates)
{
    private const byte SetOf = 0x31;

    /// <summary>Takes a signed message without content apart; null when the bytes are none.</summary>
    public static SignedParts? Read(ReadOnlyMemory<byte> detached)
    {
        if (detached.Length > SealingLimits.OverheadBytesMax)
        {
            return null;
        }

        try
        {
            var (outcome, parsed) = ParsedSignedData.Read(detached);
            return outcome == VerifyOutcome.Verified && !parsed!.HasContent ? Of(parsed) : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>Puts the message together again, DER.</summary>
    /// <returns>Null when a part is not what it says it is.</returns>
    public byte[]? ToDetached()
    {
        try
        {
            // Where a part is longer or another element than it claims, the writer refuses it or the reader will.
            return Attributes.Length is > 0 and <= SealingLimits.AttributesBytesMax
                && Attributes.Span[0] == SetOf
                && Certificates.Count <= SealingLimits.CertificatesMax
                && Certificates.All(certificate => certificate.Length <= SealingLimits.CertificateBytesMax)
                ? SignedDataLayout.Detached(ContentType, SignedDataWriter.Tail(Attributes.Span, Signature.Span, KeyIdentifier.Span, Certificates))
                : null;
        }
        catch (Exception broken) when (broken is ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static SignedParts Of(ParsedSignedData parsed)
    {
        var attributes = parsed.Attributes.ToArray();
        attributes[0] = SetOf;
        return new SignedParts(
            parsed.ContentType,
            attributes,
            parsed.Signature,
            parsed.KeyIdentifier,
            [.. parsed.Certificates.OrderByDescending(certificate => IsSigner(certificate, parsed.KeyIdentifier))]);
    }

    // The signer's certificate first, for whoever takes the parts by hand; together again they are in the order of DER.
    private static bool IsSigner(ReadOnlyMemory<byte> certificate, ReadOnlyMemory<byte> keyIdentifier)
    {
        try
        {
            using var loaded = X509CertificateLoader.LoadCertificate(certificate.Span);
            return CertificateIdentity.Of(loaded).KeyIdentifier.AsSpan().SequenceEqual(keyIdentifier.Span);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
