using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Sealing.Certificates;

/// <summary>Makes P-256 certificates of the development infrastructure.</summary>
internal static class CertificateMaker
{
    private const int SerialBytes = 16;

    public static CertifiedKey Root(string provider, DateTimeOffset from, DateTimeOffset until)
    {
        var key = NewKey();
        var request = Authority($"CN={provider} root, O={provider}", key, pathLength: 1);
        return new CertifiedKey(request.CreateSelfSigned(from, until).WithoutKey(), key);
    }

    public static CertifiedKey Issuing(string provider, CertifiedKey root, DateTimeOffset from, DateTimeOffset until)
    {
        var key = NewKey();
        var request = Authority($"CN={provider} issuing, O={provider}", key, pathLength: 0);
        return Sign(request, key, root, from, until);
    }

    public static CertifiedKey Leaf(
        CertifiedKey issuer, GatewayUri subject, IReadOnlyList<string> dnsNames, CertificatePurpose purpose, DateTimeOffset from, DateTimeOffset until)
    {
        var key = NewKey();
        var request = new CertificateRequest($"CN={subject.Gateway} {purpose}, O={subject.Provider}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(KeyUsage(purpose), true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(ExtendedKeyUsages(purpose), false));
        request.CertificateExtensions.Add(Names(subject, dnsNames));
        return Sign(request, key, issuer, from, until);
    }

    private static CertificateRequest Authority(string name, ECDsa key, int pathLength)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, pathLength, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, X509SubjectKeyIdentifierHashAlgorithm.ShortSha256, false));
        return request;
    }

    private static CertifiedKey Sign(CertificateRequest request, ECDsa key, CertifiedKey issuer, DateTimeOffset from, DateTimeOffset until)
    {
        if (!request.CertificateExtensions.OfType<X509SubjectKeyIdentifierExtension>().Any())
        {
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, X509SubjectKeyIdentifierHashAlgorithm.ShortSha256, false));
        }

        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer.Certificate, true, false));
        var generator = X509SignatureGenerator.CreateForECDsa(issuer.Key);
        return new CertifiedKey(request.Create(issuer.Certificate.SubjectName, generator, from, until, NewSerial()), key);
    }

    private static X509Extension Names(GatewayUri subject, IReadOnlyList<string> dnsNames)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(subject.ToString()));
        foreach (var name in dnsNames)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(name);
            }
        }

        return names.Build();
    }

    private static X509KeyUsageFlags KeyUsage(CertificatePurpose purpose) =>
        purpose == CertificatePurpose.Decryption ? X509KeyUsageFlags.KeyAgreement : X509KeyUsageFlags.DigitalSignature;

    private static OidCollection ExtendedKeyUsages(CertificatePurpose purpose) => purpose switch
    {
        CertificatePurpose.Tls => [new Oid(Oids.ServerAuth), new Oid(Oids.ClientAuth)],
        CertificatePurpose.Signing => [new Oid(Oids.MessageSigning)],
        CertificatePurpose.Decryption => [new Oid(Oids.MessageDecryption)],
        _ => throw new ArgumentOutOfRangeException(nameof(purpose)),
    };

    private static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    // Positive and never zero: RFC 5280 section 4.1.2.2.
    private static byte[] NewSerial()
    {
        var serial = RandomNumberGenerator.GetBytes(SerialBytes);
        serial[0] = (byte)((serial[0] & 0x7F) | 0x40);
        return serial;
    }

    private static X509Certificate2 WithoutKey(this X509Certificate2 certificate)
    {
        using (certificate)
        {
            return X509CertificateLoader.LoadCertificate(certificate.RawData);
        }
    }
}
