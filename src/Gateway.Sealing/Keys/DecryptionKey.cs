using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sealing.Certificates;

namespace Gateway.Sealing.Keys;

/// <summary>Our decryption certificate and its key. May be used by several threads.</summary>
public sealed class DecryptionKey : IDisposable
{
    private readonly KeyPool<ECDiffieHellman> _keys;
    private readonly ECParameters _parameters;

    private DecryptionKey(X509Certificate2 certificate, ECParameters parameters)
    {
        Certificate = certificate;
        Owner = SubjectUri.Of(certificate)!;
        Identity = CertificateIdentity.Of(certificate);
        _parameters = parameters;

        // Created from parameters: a key that comes straight from PEM derives at half the speed.
        _keys = new KeyPool<ECDiffieHellman>(() => ECDiffieHellman.Create(_parameters));
    }

    /// <summary>Whom the certificate names.</summary>
    public GatewayUri Owner { get; }

    /// <summary>The certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>When the certificate ends.</summary>
    public DateTimeOffset NotAfter => Certificate.NotAfter;

    internal CertificateIdentity Identity { get; }

    /// <summary>Loads the certificate and the key from PEM files.</summary>
    /// <exception cref="InvalidDataException">A file is missing, readable by others, or does not fit; the message has a remedy.</exception>
    public static DecryptionKey Load(string certificatePath, string keyPath)
    {
        var (chain, key) = KeyFiles.Load(certificatePath, keyPath, CertificatePurpose.Decryption);
        return new DecryptionKey(chain[0], key);
    }

    /// <summary>Takes the key of a development infrastructure.</summary>
    public static DecryptionKey From(DevelopmentPki pki)
    {
        ArgumentNullException.ThrowIfNull(pki);
        var key = pki["decryption"];
        return new DecryptionKey(key.Certificate, key.Key.ExportParameters(includePrivateParameters: true));
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose()
    {
        _keys.Dispose();
        CryptographicOperations.ZeroMemory(_parameters.D);
    }

    /// <summary>The shared secret with the originator, through the X9.63 key derivation with SHA-256; null for a point that is none.</summary>
    internal byte[]? TryDeriveKey(ReadOnlySpan<byte> originatorPoint, byte[] suffix)
    {
        var point = new ECPoint { X = originatorPoint[..P256.CoordinateBytes].ToArray(), Y = originatorPoint[P256.CoordinateBytes..].ToArray() };
        return _keys.Use((point, suffix), static (key, it) => Derive(key, it.point, it.suffix));
    }

    private static byte[]? Derive(ECDiffieHellman mine, ECPoint point, byte[] suffix)
    {
        try
        {
            // The import checks that the point lies on the curve: without it a few chosen points give the key away.
            using var originator = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
            using var publicKey = originator.PublicKey;
            return mine.DeriveKeyFromHash(publicKey, HashAlgorithmName.SHA256, null, suffix);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
