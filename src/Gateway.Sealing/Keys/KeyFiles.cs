using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sealing.Certificates;

namespace Gateway.Sealing.Keys;

/// <summary>A certificate with its chain and its private key, as files hold them.</summary>
internal static class KeyFiles
{
    /// <summary>Reads a certificate and its key and checks that they fit each other and the purpose.</summary>
    /// <exception cref="InvalidDataException">A file is missing, malformed, readable by others, or does not fit; the message has a remedy.</exception>
    public static (X509Certificate2Collection Chain, ECParameters Key) Load(string certificatePath, string keyPath, CertificatePurpose purpose)
    {
        var chain = CertificateFile.Read(certificatePath);
        var leaf = chain[0];
        Require(SubjectUri.Of(leaf) is not null, certificatePath, "does not carry exactly one URI of a gateway");
        Require(PurposeCheck.HasSupportedKey(leaf), certificatePath, "has a key that is not on P-256");
        Require(PurposeCheck.Serves(leaf, purpose), certificatePath, $"is not for {purpose}");
        var key = ReadKey(keyPath);
        Require(Fits(leaf, key), keyPath, $"is not the key of {certificatePath}");
        return (chain, key);
    }

    private static ECParameters ReadKey(string path)
    {
        var pem = SecretFile.ReadText(path);
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
        }
        catch (Exception malformed) when (malformed is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException($"{path} holds no P-256 key in PEM; make keys with: gateway certs init", malformed);
        }

        return key.ExportParameters(includePrivateParameters: true);
    }

    private static bool Fits(X509Certificate2 certificate, ECParameters key)
    {
        using var publicKey = certificate.PublicKey.GetECDsaPublicKey() ?? throw new InvalidDataException("the certificate has no elliptic-curve key");
        var expected = publicKey.ExportParameters(includePrivateParameters: false).Q;
        return expected.X.AsSpan().SequenceEqual(key.Q.X) && expected.Y.AsSpan().SequenceEqual(key.Q.Y);
    }

    private static void Require(bool holds, string path, string problem)
    {
        if (!holds)
        {
            throw new InvalidDataException($"{path} {problem}; make keys and certificates with: gateway certs init");
        }
    }
}
