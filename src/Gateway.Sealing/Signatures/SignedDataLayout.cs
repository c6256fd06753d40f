using System.Formats.Asn1;

namespace Gateway.Sealing.Signatures;

/// <summary>
/// Lays out SignedData (RFC 5652 section 5.1) as head, content and tail, so that the content is hashed once, encrypted once and copied never.
/// </summary>
internal static class SignedDataLayout
{
    private const byte Sequence = 0x30;
    private const byte SetOf = 0x31;
    private const byte Explicit0 = 0xA0;
    private const byte OctetString = 0x04;

    private static readonly byte[] SignedDataOid = Encode(Oids.SignedData);

    private static ReadOnlySpan<byte> Version3 => [0x02, 0x01, 0x03];

    /// <summary>Everything before the content; what follows it is <paramref name="tailLength"/> bytes long.</summary>
    public static byte[] Head(string contentType, int contentLength, int tailLength)
    {
        var type = Encode(contentType);
        var octets = DerLength.OfTlv(contentLength);
        var encapsulated = type.Length + DerLength.OfTlv(octets);
        return Build(type, encapsulated, tailLength, head =>
        {
            head.Write(Explicit0, octets);
            head.Write(OctetString, contentLength);
        });
    }

    /// <summary>The whole message without content.</summary>
    public static byte[] Detached(string contentType, ReadOnlySpan<byte> tail)
    {
        var type = Encode(contentType);
        return [.. Build(type, type.Length, tail.Length, _ => { }), .. tail];
    }

    /// <summary>The whole message.</summary>
    public static byte[] Attached(string contentType, ReadOnlySpan<byte> content, ReadOnlySpan<byte> tail) =>
        [.. Head(contentType, content.Length, tail.Length), .. content, .. tail];

    private static byte[] Build(byte[] type, int encapsulated, int tailLength, Action<DerHead> contentHeaders)
    {
        var digests = AlgorithmBytes.Sha256.Length;
        var signedData = Version3.Length + DerLength.OfTlv(digests) + DerLength.OfTlv(encapsulated) + tailLength;
        var contentInfo = SignedDataOid.Length + DerLength.OfTlv(DerLength.OfTlv(signedData));
        var head = new DerHead();
        head.Write(Sequence, contentInfo);
        head.Write(SignedDataOid);
        head.Write(Explicit0, DerLength.OfTlv(signedData));
        head.Write(Sequence, signedData);
        head.Write(Version3);
        head.Write(SetOf, digests);
        head.Write(AlgorithmBytes.Sha256);
        head.Write(Sequence, encapsulated);
        head.Write(type);
        contentHeaders(head);
        return head.ToArray();
    }

    private static byte[] Encode(string oid)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(oid);
        return writer.Encode();
    }
}
