using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sealing.Certificates;

namespace Gateway.Sealing.Keys;

/// <summary>Our signing certificate and its key: messages, receipts, records, agreements. May be used by several threads.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly KeyPool<ECDsa> _keys;
    private readonly ECParameters _parameters;

    private SigningKey(X509Certificate2Collection chain, ECParameters parameters)
    {
        Chain = chain;
        _parameters = parameters;
        _keys = new KeyPool<ECDsa>(() => ECDsa.Create(_parameters));
        Owner = SubjectUri.Of(Certificate)!;
        Identity = CertificateIdentity.Of(Certificate);
    }

    /// <summary>Whom the certificate names.</summary>
    public GatewayUri Owner { get; }

    /// <summary>The signing certificate.</summary>
    public X509Certificate2 Certificate => Chain[0];

    /// <summary>The signing certificate and what lies between it and the root; goes with every signature, for offline checks.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <summary>When the certificate ends.</summary>
    public DateTimeOffset NotAfter => Certificate.NotAfter;

    internal CertificateIdentity Identity { get; }

    /// <summary>Loads the certificate with its intermediates and the key from PEM files.</summary>
    /// <exception cref="InvalidDataException">A file is missing, readable by others, or does not fit; the message has a remedy.</exception>
    public static SigningKey Load(string certificatePath, string keyPath)
    {
        var (chain, key) = KeyFiles.Load(certificatePath, keyPath, CertificatePurpose.Signing);
        return new SigningKey(chain, key);
    }

    /// <summary>Takes the key of a development infrastructure.</summary>
    public static SigningKey From(DevelopmentPki pki)
    {
        ArgumentNullException.ThrowIfNull(pki);
        return From(pki["signing"], pki["issuing"].Certificate);
    }

    /// <summary>Takes a certified key and the certificate of its issuer.</summary>
    /// <exception cref="ArgumentException">The certificate is not for signing.</exception>
    public static SigningKey From(CertifiedKey key, X509Certificate2 issuer)
    {
        ArgumentNullException.ThrowIfNull(key);
        return PurposeCheck.Serves(key.Certificate, CertificatePurpose.Signing)
            ? new SigningKey([key.Certificate, issuer], key.Key.ExportParameters(includePrivateParameters: true))
            : throw new ArgumentException("The certificate is not for signing.", nameof(key));
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose()
    {
        _keys.Dispose();
        CryptographicOperations.ZeroMemory(_parameters.D);
    }

    /// <summary>ECDSA P-256 with SHA-256 over the bytes; the signature is DER (RFC 5480).</summary>
    internal byte[] Sign(ReadOnlySpan<byte> bytes) =>
        _keys.Use(bytes, static (key, data) => key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
}
