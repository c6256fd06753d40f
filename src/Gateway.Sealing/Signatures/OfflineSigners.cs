using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;

namespace Gateway.Sealing.Signatures;

/// <summary>
/// For checks without a node: who signed a message, by the certificates in the message and the trust anchors of the one who checks. A node
/// itself never takes a certificate from a message.
/// </summary>
public static class OfflineSigners
{
    /// <summary>What kind of content a message claims to have; null when it is no signed message. Nothing about it is verified.</summary>
    public static string? ClaimedContentType(ReadOnlyMemory<byte> der) => Parse(der)?.ContentType;

    /// <summary>The signers of a message that chain to one of the anchors, as a registry; and why others do not.</summary>
    /// <param name="der">The message.</param>
    /// <param name="anchors">Anchors of all parties the one who checks believes.</param>
    /// <param name="now">A certificate that has ended is checked as of its end: an old signature stays checkable.</param>
    public static (SignerRegistry Signers, CertificateOutcome Outcome) From(ReadOnlyMemory<byte> der, IReadOnlyList<TrustAnchors> anchors, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(anchors);
        var certificates = Certificates(der);
        var leaves = certificates.Where(IsSigner).ToArray();
        var outcome = CertificateOutcome.WrongPurpose;
        foreach (var leaf in leaves)
        {
            X509Certificate2Collection chain = [leaf, .. certificates.Except(leaves)];

            // At its last second a certificate is over already for some who build paths.
            var end = new DateTimeOffset(leaf.NotAfter).AddSeconds(-1);
            foreach (var trusted in anchors)
            {
                (outcome, var key) = VerificationKey.TryCreate(chain, trusted, expected: null, now < end ? now : end);
                if (key is not null)
                {
                    return (identifier => identifier.Span.SequenceEqual(key.KeyIdentifier.Span) ? key : null, outcome);
                }
            }
        }

        return (_ => null, outcome);
    }

    private static bool IsSigner(X509Certificate2 certificate)
    {
        try
        {
            return certificate.NotAfter > certificate.NotBefore && PurposeCheck.Serves(certificate, CertificatePurpose.Signing);
        }
        catch (CryptographicException)
        {
            // The platform decodes the parts of a certificate when they are looked at, and nobody vouches for these yet.
            return false;
        }
    }

    private static List<X509Certificate2> Certificates(ReadOnlyMemory<byte> der)
    {
        try
        {
            return [.. (Parse(der)?.Certificates ?? []).Select(certificate => X509CertificateLoader.LoadCertificate(certificate.Span))];
        }
        catch (CryptographicException)
        {
            return [];
        }
    }

    private static ParsedSignedData? Parse(ReadOnlyMemory<byte> der)
    {
        if (der.Length > SealingLimits.ContentBytesMax + SealingLimits.OverheadBytesMax)
        {
            return null;
        }

        try
        {
            return ParsedSignedData.Read(der).Parsed;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
