using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Sealing.Certificates;

/// <summary>A private key and the certificate of its public half.</summary>
public sealed class CertifiedKey : IDisposable
{
    private readonly ECDsa _key;

    internal CertifiedKey(X509Certificate2 certificate, ECDsa key)
    {
        Certificate = certificate;
        _key = key;
    }

    /// <summary>The certificate, without the private key.</summary>
    public X509Certificate2 Certificate { get; }

    internal ECDsa Key => _key;

    /// <summary>The private key, PKCS#8, PEM.</summary>
    public string ExportPrivateKeyPem() => _key.ExportPkcs8PrivateKeyPem();

    /// <summary>Forgets the key.</summary>
    public void Dispose()
    {
        _key.Dispose();
        Certificate.Dispose();
    }
}
