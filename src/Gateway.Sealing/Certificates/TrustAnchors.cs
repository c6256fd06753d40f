using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Certificates;

/// <summary>
/// The roots of one party. Each peer has its own, so that the authority of one cannot issue a certificate that passes for another.
/// The platform's trust store and revocation downloads are never asked.
/// </summary>
public sealed class TrustAnchors
{
    /// <summary>Largest file of certificates, bytes.</summary>
    public const int FileBytesMax = 64 * 1024;

    private const int IntermediatesMax = 4;

    // ECDSA and RSA with SHA-2: a chain is as strong as its weakest digest, and what a platform refuses by itself differs.
    private static readonly HashSet<string?> SignatureAlgorithms =
    [
        "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3", "1.2.840.10045.4.3.4",
        "1.2.840.113549.1.1.10", "1.2.840.113549.1.1.11", "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13",
    ];

    private readonly X509Certificate2Collection _roots;

    private TrustAnchors(X509Certificate2Collection roots) => _roots = roots;

    /// <summary>A copy of the roots.</summary>
    public X509Certificate2Collection Roots => new(_roots);

    /// <summary>Reads the roots from a PEM file.</summary>
    /// <exception cref="InvalidDataException">The file has no certificate or is too large.</exception>
    public static TrustAnchors LoadPem(string path) => FromCertificates(CertificateFile.Read(path));

    /// <summary>Takes certificates as roots.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static TrustAnchors FromCertificates(X509Certificate2Collection roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        ArgumentOutOfRangeException.ThrowIfZero(roots.Count);
        return new TrustAnchors(new X509Certificate2Collection(roots));
    }

    /// <summary>A new chain policy with these roots alone, valid at a time, that downloads nothing.</summary>
    public X509ChainPolicy NewChainPolicy(DateTimeOffset at)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTime = at.LocalDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.AddRange(_roots);
        return policy;
    }

    /// <summary>Checks a certificate for a purpose. Cheap checks first; a chain is built only for a certificate that could pass.</summary>
    /// <param name="leaf">The certificate.</param>
    /// <param name="intermediates">Certificates that may lie between it and a root; never trusted themselves.</param>
    /// <param name="purpose">What it is to be used for.</param>
    /// <param name="expected">Whom it has to name, or null when any gateway will do.</param>
    /// <param name="at">When it is used.</param>
    public CertificateOutcome Check(
        X509Certificate2 leaf, X509Certificate2Collection intermediates, CertificatePurpose purpose, GatewayUri? expected, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        ArgumentNullException.ThrowIfNull(intermediates);
        if (leaf.RawDataMemory.Length > SealingLimits.CertificateBytesMax)
        {
            return CertificateOutcome.TooLarge;
        }

        try
        {
            return Inspect(leaf, intermediates, purpose, expected, at);
        }
        catch (CryptographicException)
        {
            // The platform decodes the parts of a certificate when they are looked at: any of them may be damaged, by intent or not.
            return CertificateOutcome.Malformed;
        }
    }

    private CertificateOutcome Inspect(
        X509Certificate2 leaf, X509Certificate2Collection intermediates, CertificatePurpose purpose, GatewayUri? expected, DateTimeOffset at)
    {
        var identity = SubjectUri.Of(leaf);
        return identity switch
        {
            null => CertificateOutcome.NoIdentity,
            _ when expected is not null && identity != expected => CertificateOutcome.IdentityMismatch,
            _ when !PurposeCheck.HasSupportedKey(leaf) => CertificateOutcome.UnsupportedKey,
            _ when !PurposeCheck.Serves(leaf, purpose) => CertificateOutcome.WrongPurpose,
            _ when at < leaf.NotBefore => CertificateOutcome.NotYetValid,
            _ when at > leaf.NotAfter => CertificateOutcome.Expired,
            _ => Chains(leaf, intermediates, at) ? CertificateOutcome.Trusted : CertificateOutcome.UntrustedChain,
        };
    }

    private bool Chains(X509Certificate2 leaf, X509Certificate2Collection intermediates, DateTimeOffset at)
    {
        // A path builder tries every combination of what it is given.
        if (intermediates.Count > IntermediatesMax)
        {
            return false;
        }

        using var chain = new X509Chain { ChainPolicy = NewChainPolicy(at) };
        chain.ChainPolicy.ExtraStore.AddRange(intermediates);
        return chain.Build(leaf) && chain.ChainElements.SkipLast(1).All(element => SignatureAlgorithms.Contains(element.Certificate.SignatureAlgorithm.Value));
    }
}
