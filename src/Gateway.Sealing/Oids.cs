namespace Gateway.Sealing;

/// <summary>Object identifiers of profile GW-CMS-1. The private arc is the laboratory's until a number is assigned.</summary>
internal static class Oids
{
    public const string PrivateArc = "1.3.6.1.4.1.99999";

    // RFC 5652, RFC 5083
    public const string Data = "1.2.840.113549.1.7.1";
    public const string SignedData = "1.2.840.113549.1.7.2";
    public const string AuthEnvelopedData = "1.2.840.113549.1.9.16.1.23";

    // RFC 5480, RFC 5753, RFC 3565, RFC 5084
    public const string EcPublicKey = "1.2.840.10045.2.1";
    public const string NistP256 = "1.2.840.10045.3.1.7";
    public const string EcdhSha256Kdf = "1.3.132.1.11.1";
    public const string Aes256Wrap = "2.16.840.1.101.3.4.1.45";
    public const string Aes256Gcm = "2.16.840.1.101.3.4.1.46";
    public const string Sha256 = "2.16.840.1.101.3.4.2.1";
    public const string EcdsaSha256 = "1.2.840.10045.4.3.2";

    // Signed attributes: RFC 5652 section 11, RFC 6211, RFC 5035, RFC 2634
    public const string ContentType = "1.2.840.113549.1.9.3";
    public const string MessageDigest = "1.2.840.113549.1.9.4";
    public const string SigningTime = "1.2.840.113549.1.9.5";
    public const string AlgorithmProtection = "1.2.840.113549.1.9.52";
    public const string SigningCertificateV2 = "1.2.840.113549.1.9.16.2.47";
    public const string ReceiptRequest = "1.2.840.113549.1.9.16.2.1";
    public const string MessageSignatureDigest = "1.2.840.113549.1.9.16.2.5";
    public const string ExchangeContext = PrivateArc + ".1.1";
    public const string ReceiptOutcome = PrivateArc + ".1.2";

    // Extended key usages
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    public const string MessageSigning = PrivateArc + ".3.1";
    public const string MessageDecryption = PrivateArc + ".3.2";
}
