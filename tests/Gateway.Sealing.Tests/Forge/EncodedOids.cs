using System.Formats.Asn1;

namespace Gateway.Sealing.Tests.Forge;

/// <summary>Object identifiers as the bytes on the wire.</summary>
internal static class EncodedOids
{
    public static readonly byte[] Data = Encode(Oids.Data);
    public static readonly byte[] SignedData = Encode(Oids.SignedData);
    public static readonly byte[] AuthEnvelopedData = Encode(Oids.AuthEnvelopedData);

    public static readonly byte[] ContentType = Encode(Oids.ContentType);
    public static readonly byte[] MessageDigest = Encode(Oids.MessageDigest);
    public static readonly byte[] SigningTime = Encode(Oids.SigningTime);
    public static readonly byte[] AlgorithmProtection = Encode(Oids.AlgorithmProtection);
    public static readonly byte[] SigningCertificateV2 = Encode(Oids.SigningCertificateV2);
    public static readonly byte[] ReceiptRequest = Encode(Oids.ReceiptRequest);
    public static readonly byte[] MessageSignatureDigest = Encode(Oids.MessageSignatureDigest);
    public static readonly byte[] ExchangeContext = Encode(Oids.ExchangeContext);
    public static readonly byte[] PrimeCurve256 = Encode(Oids.NistP256);

    public static byte[] Encode(string oid)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 32);
        writer.WriteObjectIdentifier(oid);
        return writer.Encode();
    }
}
