using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Sealing.Keys;

/// <summary>What a message says about a certificate instead of carrying trust in it: computed once, compared byte by byte.</summary>
/// <param name="KeyIdentifier">Subject key identifier extension, the name of the key in CMS.</param>
/// <param name="Hash">SHA-256 of the certificate.</param>
internal sealed record CertificateIdentity(byte[] KeyIdentifier, byte[] Hash)
{
    public static CertificateIdentity Of(X509Certificate2 certificate)
    {
        var identifier = certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().SingleOrDefault()
            ?? throw new InvalidDataException("The certificate has no subject key identifier; issue it with one.");
        return new CertificateIdentity(identifier.SubjectKeyIdentifierBytes.ToArray(), SHA256.HashData(certificate.RawDataMemory.Span));
    }
}
