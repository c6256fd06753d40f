using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sealing.Certificates;

namespace Gateway.Sealing.Keys;

/// <summary>
/// Our TLS certificate with its key and intermediates, for both ends of mutual TLS. Other ways of configuring a certificate do not send the
/// intermediate, and then nobody can build the chain.
/// </summary>
public sealed class TlsIdentity : IDisposable
{
    private readonly X509Certificate2 _leaf;

    private TlsIdentity(X509Certificate2 leaf, X509Certificate2Collection intermediates)
    {
        _leaf = leaf;
        Owner = SubjectUri.Of(leaf)!;

        // Offline: building the chain must not fetch certificates from addresses written in them.
        Context = SslStreamCertificateContext.Create(leaf, intermediates, offline: true);
    }

    /// <summary>Whom the certificate names.</summary>
    public GatewayUri Owner { get; }

    /// <summary>When the certificate ends.</summary>
    public DateTimeOffset NotAfter => _leaf.NotAfter;

    /// <summary>For <see cref="SslServerAuthenticationOptions"/> and <see cref="SslClientAuthenticationOptions"/>; one for the life of the certificate.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>Loads a TLS certificate, its intermediates and its key from PEM files.</summary>
    /// <exception cref="InvalidDataException">A file is missing, readable by others, or does not fit; the message has a remedy.</exception>
    public static TlsIdentity Load(string certificatePath, string keyPath)
    {
        var (chain, parameters) = KeyFiles.Load(certificatePath, keyPath, CertificatePurpose.Tls);
        using var key = ECDsa.Create(parameters);
        var leaf = chain[0].CopyWithPrivateKey(key);
        chain.RemoveAt(0);
        return new TlsIdentity(leaf, chain);
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose() => _leaf.Dispose();
}
