using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sealing.Certificates;

namespace Gateway.Sealing.Keys;

/// <summary>The public half of a peer's decryption certificate, validated once. May be used by several threads.</summary>
public sealed class EncryptionKey : IDisposable
{
    // Importing a public key checks that it lies on the curve, which costs as much as the agreement itself: once an object, not once a message.
    private readonly KeyPool<ECDiffieHellmanPublicKey> _keys;

    private EncryptionKey(X509Certificate2 leaf, GatewayUri owner)
    {
        Owner = owner;
        NotAfter = leaf.NotAfter;
        Identity = CertificateIdentity.Of(leaf);
        using var key = leaf.PublicKey.GetECDiffieHellmanPublicKey()!;
        var parameters = key.ExportParameters(includePrivateParameters: false);
        _keys = new KeyPool<ECDiffieHellmanPublicKey>(() => Import(parameters));
    }

    /// <summary>Whom the certificate names.</summary>
    public GatewayUri Owner { get; }

    /// <summary>When the certificate ends.</summary>
    public DateTimeOffset NotAfter { get; }

    internal CertificateIdentity Identity { get; }

    /// <summary>Validates a decryption certificate.</summary>
    /// <param name="chain">The certificate, then what lies between it and the root.</param>
    /// <param name="anchors">Roots of its owner.</param>
    /// <param name="expected">Whom it has to name, or null when any gateway under these anchors will do.</param>
    /// <param name="at">When it is used.</param>
    public static (CertificateOutcome Outcome, EncryptionKey? Key) TryCreate(
        X509Certificate2Collection chain, TrustAnchors anchors, GatewayUri? expected, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(anchors);
        var outcome = anchors.Check(chain[0], chain, CertificatePurpose.Decryption, expected, at);
        return outcome == CertificateOutcome.Trusted ? (outcome, new EncryptionKey(chain[0], SubjectUri.Of(chain[0])!)) : (outcome, null);
    }

    /// <summary>Validates the decryption certificate in a PEM file (leaf first).</summary>
    /// <exception cref="InvalidDataException">The file is missing, too large, or holds no certificate.</exception>
    public static (CertificateOutcome Outcome, EncryptionKey? Key) TryLoad(string path, TrustAnchors anchors, GatewayUri? expected, DateTimeOffset at) =>
        TryCreate(CertificateFile.Read(path), anchors, expected, at);

    /// <summary>Gives the key objects back.</summary>
    public void Dispose() => _keys.Dispose();

    /// <summary>The shared secret between a fresh key and this one, through the X9.63 key derivation with SHA-256.</summary>
    internal byte[] DeriveKey(ECDiffieHellman ephemeral, byte[] suffix) =>
        _keys.Use((ephemeral, suffix), static (key, it) => it.ephemeral.DeriveKeyFromHash(key, HashAlgorithmName.SHA256, null, it.suffix));

    private static ECDiffieHellmanPublicKey Import(ECParameters parameters)
    {
        using var key = ECDiffieHellman.Create(parameters);
        return key.PublicKey;
    }
}
