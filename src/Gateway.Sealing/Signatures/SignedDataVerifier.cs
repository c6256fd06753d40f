using System.Formats.Asn1;
using System.Security.Cryptography;
using Gateway.Sealing.Keys;

namespace Gateway.Sealing.Signatures;

/// <summary>
/// Checks CMS SignedData against profile GW-CMS-1 and nothing else. Common verifiers accept a message whose signed attributes are presented as
/// content, SHA-1, BER, bytes after the end, and certificates nobody asked for; this one has an outcome for each.
/// </summary>
public static class SignedDataVerifier
{
    private const byte SetOf = 0x31;

    // A certificate says seconds, a clock that is slightly off must not break yesterday's signature.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>Checks a message with its content in it.</summary>
    /// <param name="der">The message, at most 4 MiB of content and 16 KiB around it.</param>
    /// <param name="contentType">The kind of content expected here, one of <see cref="ContentTypes"/>.</param>
    /// <param name="signers">Keys that may sign.</param>
    public static VerifyResult Verify(ReadOnlyMemory<byte> der, string contentType, SignerRegistry signers) =>
        Run(der, contentType, signers, withContent: true);

    /// <summary>
    /// Checks a message whose content is not here: signer, attributes and signature hold, and the digest of the content is the one under the
    /// signature, whatever the content is.
    /// </summary>
    public static VerifyResult VerifyDetached(ReadOnlyMemory<byte> der, string contentType, SignerRegistry signers) =>
        Run(der, contentType, signers, withContent: false);

    private static VerifyResult Run(ReadOnlyMemory<byte> der, string contentType, SignerRegistry signers, bool withContent)
    {
        ArgumentNullException.ThrowIfNull(signers);
        if (der.Length > SealingLimits.ContentBytesMax + SealingLimits.OverheadBytesMax)
        {
            return Refuse(VerifyOutcome.TooLarge);
        }

        try
        {
            return Check(der, contentType, signers, withContent);
        }
        catch (AsnContentException)
        {
            return Refuse(VerifyOutcome.Malformed);
        }
    }

    private static VerifyResult Check(ReadOnlyMemory<byte> der, string contentType, SignerRegistry signers, bool withContent)
    {
        // 1 structure and exact algorithms
        var (outcome, parsed) = ParsedSignedData.Read(der);
        if (outcome != VerifyOutcome.Verified)
        {
            return Refuse(outcome);
        }

        // 2 what is expected here
        if (parsed!.ContentType != contentType)
        {
            return Refuse(VerifyOutcome.WrongContentType);
        }

        if (parsed.HasContent != withContent || parsed.Content.Length > SealingLimits.ContentBytesMax)
        {
            return Refuse(withContent && parsed.HasContent ? VerifyOutcome.TooLarge : VerifyOutcome.WrongContentPresence);
        }

        // 3 the signer, by key identifier; the message brings no trust of its own
        if (signers(parsed.KeyIdentifier) is not { } signer || !signer.KeyIdentifier.Span.SequenceEqual(parsed.KeyIdentifier.Span))
        {
            return Refuse(VerifyOutcome.UnknownSigner);
        }

        if (!CarriesOnlyThoseOf(signer, parsed.Certificates))
        {
            return Refuse(VerifyOutcome.ForeignCertificate);
        }

        // 4 attributes, digest, signature
        return CheckSigned(parsed, signer);
    }

    /// <summary>The signer's own certificate must be there, once: without it nobody can check the message offline in ten years.</summary>
    private static bool CarriesOnlyThoseOf(VerificationKey signer, List<ReadOnlyMemory<byte>> certificates)
    {
        var hashes = certificates.ConvertAll(certificate => Convert.ToHexString(SHA256.HashData(certificate.Span)));
        return hashes.Distinct(StringComparer.Ordinal).Count() == hashes.Count
            && hashes.Contains(Convert.ToHexString(signer.CertificateHash.Span))
            && hashes.TrueForAll(hash => signer.Knows(Convert.FromHexString(hash)));
    }

    private static VerifyResult CheckSigned(ParsedSignedData parsed, VerificationKey signer)
    {
        var signedBytes = parsed.Attributes.ToArray();
        signedBytes[0] = SetOf;
        var reader = new AsnReader(signedBytes, AsnEncodingRules.DER);
        var attributes = SignedAttributes.Read(reader.ReadSetOf());
        if (attributes is null || !attributes.AreExactlyThoseOf(parsed.ContentType))
        {
            return Refuse(VerifyOutcome.WrongAttributeSet);
        }

        if (attributes.ContentType != parsed.ContentType || !attributes.AlgorithmsMatch || !attributes.CertificateHash.Span.SequenceEqual(signer.CertificateHash.Span) || !attributes.IsConsistent)
        {
            return Refuse(VerifyOutcome.AttributeMismatch);
        }

        if (parsed.HasContent && !attributes.MessageDigest.Span.SequenceEqual(SHA256.HashData(parsed.Content.Span)))
        {
            return Refuse(VerifyOutcome.DigestMismatch);
        }

        if (!signer.Verify(signedBytes, parsed.Signature.Span))
        {
            return Refuse(VerifyOutcome.SignatureInvalid);
        }

        var signedAt = attributes.SigningTime!.Value;
        return signedAt + ClockTolerance < signer.NotBefore || signedAt - ClockTolerance > signer.NotAfter
            ? Refuse(VerifyOutcome.SignedOutsideValidity)
            : new VerifyResult(VerifyOutcome.Verified, new SignedMessage(parsed, attributes, signer, SHA256.HashData(signedBytes)));
    }

    private static VerifyResult Refuse(VerifyOutcome outcome) => new(outcome, null);
}
