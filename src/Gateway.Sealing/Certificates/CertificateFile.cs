using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Sealing.Certificates;

/// <summary>Reads PEM files of certificates: the leaf first, then what lies between it and the root.</summary>
internal static class CertificateFile
{
    /// <exception cref="InvalidDataException">The file is missing, too large or holds no certificate.</exception>
    public static X509Certificate2Collection Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > TrustAnchors.FileBytesMax)
        {
            throw new InvalidDataException($"{path} is missing or larger than {TrustAnchors.FileBytesMax} bytes; name a PEM file with certificates.");
        }

        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(File.ReadAllText(path));
        }
        catch (CryptographicException malformed)
        {
            throw new InvalidDataException($"{path} holds something that is no certificate; name a PEM file with certificates.", malformed);
        }

        return certificates.Count > 0
            ? certificates
            : throw new InvalidDataException($"{path} holds no certificate; name a PEM file with certificates.");
    }
}
