using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Sealing.Certificates;

/// <summary>Whether a certificate says it is for a purpose, and has a key the profile knows.</summary>
internal static class PurposeCheck
{
    public static bool Serves(X509Certificate2 certificate, CertificatePurpose purpose)
    {
        // RFC 5280 section 4.2: no extension twice. With two key usages, who reads which?
        if (certificate.Extensions.GroupBy(extension => extension.Oid?.Value).Any(same => same.Count() > 1))
        {
            return false;
        }

        var usages = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(extension => extension.EnhancedKeyUsages.Cast<Oid>()).Select(oid => oid.Value).ToHashSet();
        var keyUsage = certificate.Extensions.OfType<X509KeyUsageExtension>().SingleOrDefault()?.KeyUsages ?? X509KeyUsageFlags.None;
        var authority = certificate.Extensions.OfType<X509BasicConstraintsExtension>().SingleOrDefault()?.CertificateAuthority ?? false;
        return !authority && purpose switch
        {
            CertificatePurpose.Tls => keyUsage == X509KeyUsageFlags.DigitalSignature && usages.SetEquals([Oids.ServerAuth, Oids.ClientAuth]),
            CertificatePurpose.Signing => keyUsage == X509KeyUsageFlags.DigitalSignature && usages.SetEquals([Oids.MessageSigning]),
            CertificatePurpose.Decryption => keyUsage == X509KeyUsageFlags.KeyAgreement && usages.SetEquals([Oids.MessageDecryption]),
            _ => false,
        };
    }

    public static bool HasSupportedKey(X509Certificate2 certificate)
    {
        // A named curve only: explicit parameters let an attacker bring a curve of his own.
        var parameters = certificate.PublicKey.EncodedParameters?.RawData;
        var isNamed = certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Count() == 1;
        return isNamed && certificate.PublicKey.Oid.Value == Oids.EcPublicKey && parameters is not null && parameters.AsSpan().SequenceEqual(P256Parameters);
    }

    private static ReadOnlySpan<byte> P256Parameters => [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
}
