using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sealing.Certificates;

namespace Gateway.Sealing.Keys;

/// <summary>Finds the key that signed, by its subject key identifier. Null means: nobody we know.</summary>
public delegate VerificationKey? SignerRegistry(ReadOnlyMemory<byte> keyIdentifier);

/// <summary>
/// A signing certificate that was validated once, for its owner, under its owner's trust anchors. Messages are checked against it without
/// parsing certificates or building chains again. May be used by several threads.
/// </summary>
public sealed class VerificationKey : IDisposable
{
    private readonly KeyPool<ECDsa> _keys;
    private readonly byte[][] _chainHashes;

    private VerificationKey(X509Certificate2Collection chain, GatewayUri owner)
    {
        var leaf = chain[0];
        Owner = owner;
        Certificate = leaf;
        Identity = CertificateIdentity.Of(leaf);
        _chainHashes = [.. chain.Select(certificate => SHA256.HashData(certificate.RawDataMemory.Span))];
        using var key = leaf.PublicKey.GetECDsaPublicKey()!;
        var parameters = key.ExportParameters(includePrivateParameters: false);
        _keys = new KeyPool<ECDsa>(() => ECDsa.Create(parameters));
    }

    /// <summary>Whom the certificate names.</summary>
    public GatewayUri Owner { get; }

    /// <summary>The certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Subject key identifier: how a message names its signer.</summary>
    public ReadOnlyMemory<byte> KeyIdentifier => Identity.KeyIdentifier;

    /// <summary>SHA-256 of the certificate.</summary>
    public ReadOnlyMemory<byte> CertificateHash => Identity.Hash;

    /// <summary>When the certificate begins.</summary>
    public DateTimeOffset NotBefore => Certificate.NotBefore;

    /// <summary>When the certificate ends.</summary>
    public DateTimeOffset NotAfter => Certificate.NotAfter;

    internal CertificateIdentity Identity { get; }

    /// <summary>Validates a signing certificate.</summary>
    /// <param name="chain">The certificate, then what lies between it and the root.</param>
    /// <param name="anchors">Roots of its owner.</param>
    /// <param name="expected">Whom it has to name, or null when any gateway under these anchors will do.</param>
    /// <param name="at">When it is used.</param>
    public static (CertificateOutcome Outcome, VerificationKey? Key) TryCreate(
        X509Certificate2Collection chain, TrustAnchors anchors, GatewayUri? expected, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(anchors);
        var outcome = anchors.Check(chain[0], chain, CertificatePurpose.Signing, expected, at);
        return outcome == CertificateOutcome.Trusted ? (outcome, new VerificationKey(chain, SubjectUri.Of(chain[0])!)) : (outcome, null);
    }

    /// <summary>Validates the signing certificate in a PEM file (leaf first).</summary>
    /// <exception cref="InvalidDataException">The file is missing, too large, or holds no certificate.</exception>
    public static (CertificateOutcome Outcome, VerificationKey? Key) TryLoad(string path, TrustAnchors anchors, GatewayUri? expected, DateTimeOffset at) =>
        TryCreate(CertificateFile.Read(path), anchors, expected, at);

    /// <summary>Gives the key objects back.</summary>
    public void Dispose() => _keys.Dispose();

    internal bool Verify(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature)
    {
        var claim = new Claim { Bytes = bytes, Signature = signature };
        return _keys.Use(claim, static (key, it) => key.VerifyData(it.Bytes, it.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    /// <summary>True when the hash is that of the certificate or of one between it and the root.</summary>
    internal bool Knows(ReadOnlySpan<byte> certificateHash)
    {
        foreach (var known in _chainHashes)
        {
            if (known.AsSpan().SequenceEqual(certificateHash))
            {
                return true;
            }
        }

        return false;
    }

    private ref struct Claim
    {
        public ReadOnlySpan<byte> Bytes;
        public ReadOnlySpan<byte> Signature;
    }
}
