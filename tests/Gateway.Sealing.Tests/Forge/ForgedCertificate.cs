using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.TestKit.Pki;

namespace Gateway.Sealing.Tests.Forge;

/// <summary>What a certificate is to look like; as it stands here it is a good signing certificate of provider alpha.</summary>
internal sealed record ForgedCertificate
{
    public X509KeyUsageFlags Usage { get; init; } = X509KeyUsageFlags.DigitalSignature;

    public string[] ExtendedUsage { get; init; } = ["1.3.6.1.4.1.99999.3.1"];

    public string[] Uris { get; init; } = ["xvide://alpha/gw1"];

    public bool Authority { get; init; }

    public bool KeyIdentifier { get; init; } = true;

    public int PaddingBytes { get; init; }

    public DateTimeOffset NotBefore { get; init; } = Some.Time.AddDays(-1);

    public DateTimeOffset NotAfter { get; init; } = Some.Time.AddDays(1);

    public TestProvider Issuer { get; init; } = Some.Alpha;

    public X509Certificate2 Issue(ECCurve? curve = null)
    {
        using var key = ECDsa.Create(curve ?? ECCurve.NamedCurves.nistP256);
        return Issue(new CertificateRequest("CN=forged", key, HashAlgorithmName.SHA256));
    }

    public X509Certificate2 IssueRsa()
    {
        using var key = RSA.Create(2048);
        return Issue(new CertificateRequest("CN=forged", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pss));
    }

    public X509Certificate2 IssueWithWeakDigest()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issuer = Issuer.Pki["issuing"].Key;
        return Issue(new CertificateRequest("CN=forged", key, HashAlgorithmName.SHA256), new WeakSignatureGenerator(issuer));
    }

    private X509Certificate2 Issue(CertificateRequest request)
    {
        var key = Issuer.Pki["issuing"].Key;
        return Issue(request, X509SignatureGenerator.CreateForECDsa(key));
    }

    private X509Certificate2 Issue(CertificateRequest request, X509SignatureGenerator signature)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(Authority, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(Usage, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. ExtendedUsage.Select(oid => new Oid(oid))], false));
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", Names(), false));
        if (KeyIdentifier)
        {
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        }

        if (PaddingBytes > 0)
        {
            request.CertificateExtensions.Add(new X509Extension("1.3.6.1.4.1.99999.9.9", new byte[PaddingBytes], false));
        }

        byte[] serial = [0x41, .. RandomNumberGenerator.GetBytes(8)];
        return request.Create(Issuer.Pki["issuing"].Certificate.SubjectName, signature, NotBefore, NotAfter, serial);
    }

    private byte[] Names()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, "localhost", new Asn1Tag(TagClass.ContextSpecific, 2));
            foreach (var uri in Uris)
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, uri, new Asn1Tag(TagClass.ContextSpecific, 6));
            }
        }

        return writer.Encode();
    }
}

/// <summary>Signs certificates with ecdsa-with-SHA1, as an authority of long ago would.</summary>
internal sealed class WeakSignatureGenerator(ECDsa key) : X509SignatureGenerator
{
    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) =>
        Convert.FromHexString("300906072A8648CE3D0401");

    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) =>
        key.SignData(data, HashAlgorithmName.SHA1, DSASignatureFormat.Rfc3279DerSequence);

    protected override PublicKey BuildPublicKey() => CreateForECDsa(key).PublicKey;
}
