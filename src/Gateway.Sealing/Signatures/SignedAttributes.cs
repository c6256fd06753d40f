using System.Formats.Asn1;
using Gateway.Sealing.Keys;

namespace Gateway.Sealing.Signatures;

/// <summary>The signed attributes of the profile, RFC 5652 section 5.3: read strictly, written in DER order.</summary>
internal sealed class SignedAttributes
{
    private static readonly string[] OfEvery =
        [Oids.ContentType, Oids.MessageDigest, Oids.SigningTime, Oids.AlgorithmProtection, Oids.SigningCertificateV2];

    private static readonly Asn1Tag SignatureAlgorithmTag = new(TagClass.ContextSpecific, 1);

    public string ContentType { get; private set; } = "";

    public ReadOnlyMemory<byte> MessageDigest { get; private set; }

    public DateTimeOffset? SigningTime { get; private set; }

    public ReadOnlyMemory<byte> CertificateHash { get; private set; }

    public ExchangeContext? Context { get; private set; }

    /// <summary>Identifier under which a receipt is asked for; null when none is.</summary>
    public byte[]? ReceiptIdentifier { get; private set; }

    private string? ReceiptsTo { get; set; }

    public ReadOnlyMemory<byte> MessageSignatureDigest { get; private set; }

    /// <summary>Digest and signature algorithm under the signature are those outside it (RFC 6211).</summary>
    public bool AlgorithmsMatch { get; private set; }

    private HashSet<string> Present { get; } = [];

    /// <summary>True when the attributes are exactly those that this kind of content has; one more or one less is another profile.</summary>
    public bool AreExactlyThoseOf(string contentType) => Present.SetEquals(contentType switch
    {
        ContentTypes.MappingBatch => [.. OfEvery, Oids.ExchangeContext, Oids.ReceiptRequest],
        ContentTypes.Receipt => [.. OfEvery, Oids.ExchangeContext, Oids.MessageSignatureDigest],
        _ => OfEvery,
    });

    /// <summary>Writes the attributes as DER SET OF: the bytes that are signed.</summary>
    public static byte[] Encode(string contentType, ReadOnlySpan<byte> digest, SigningKey key, DateTimeOffset at, Action<AsnWriter>? more)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 768);
        using (writer.PushSetOf())
        {
            Write(writer, Oids.ContentType, contentType, static (it, type) => it.WriteObjectIdentifier(type));
            Write(writer, Oids.MessageDigest, digest, static (it, bytes) => it.WriteOctetString(bytes));
            Write(writer, Oids.SigningTime, at, WriteTime);
            Write(writer, Oids.AlgorithmProtection, 0, static (it, _) => WriteAlgorithms(it));
            Write(writer, Oids.SigningCertificateV2, key.Identity, static (it, identity) => WriteCertificate(it, identity));
            more?.Invoke(writer);
        }

        return writer.Encode();
    }

    public static void Write<TState>(AsnWriter writer, string oid, TState state, Action<AsnWriter, TState> value)
        where TState : allows ref struct
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            using (writer.PushSetOf())
            {
                value(writer, state);
            }
        }
    }

    /// <returns>Null when an attribute comes twice, is unknown, or its value is out of bounds.</returns>
    /// <exception cref="AsnContentException">The bytes are not attributes in DER.</exception>
    public static SignedAttributes? Read(AsnReader set)
    {
        var attributes = new SignedAttributes();
        while (set.HasData)
        {
            var attribute = set.ReadSequence();
            var oid = attribute.ReadObjectIdentifier();
            var values = attribute.ReadSetOf();
            attribute.ThrowIfNotEmpty();
            if (!attributes.Present.Add(oid) || !attributes.Take(oid, values))
            {
                return null;
            }

            // Exactly one value: with two, who reads which?
            values.ThrowIfNotEmpty();
        }

        return attributes;
    }

    private bool Take(string oid, AsnReader value)
    {
        switch (oid)
        {
            case Oids.ContentType:
                ContentType = value.ReadObjectIdentifier();
                return true;
            case Oids.MessageDigest:
                MessageDigest = value.ReadOctetString();
                return true;
            case Oids.SigningTime:
                SigningTime = ReadTime(value);
                return true;
            case Oids.AlgorithmProtection:
                AlgorithmsMatch = ReadAlgorithms(value.ReadSequence());
                return true;
            case Oids.SigningCertificateV2:
                CertificateHash = ReadCertificate(value.ReadSequence());
                return true;
            case Oids.ExchangeContext:
                Context = ExchangeContext.Read(value.ReadEncodedValue());
                return Context is not null;
            case Oids.ReceiptRequest:
                var request = ReceiptRequest.Read(value);
                (ReceiptIdentifier, ReceiptsTo) = (request?.Identifier, request?.ReceiptsTo);
                return request is not null;
            case Oids.MessageSignatureDigest:
                MessageSignatureDigest = value.ReadOctetString();
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// True when what the message says of itself agrees: a receipt is asked for under the identifier of the message and for its sender. With two
    /// identifiers, a receipt for one message could be presented as that of another.
    /// </summary>
    public bool IsConsistent =>
        ReceiptIdentifier is null
        || Context is null
        || (ReceiptIdentifier.AsSpan().SequenceEqual(Context.MessageId.Span) && ReceiptsTo == Context.Sender.ToString());

    // RFC 5652 section 11.3: UTCTime through 2049, GeneralizedTime after it.
    private static DateTimeOffset ReadTime(AsnReader value)
    {
        if (value.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime))
        {
            return value.ReadUtcTime();
        }

        var time = value.ReadGeneralizedTime();
        return time.Year is >= 1950 and < 2050 ? throw new AsnContentException() : time;
    }

    private static void WriteTime(AsnWriter writer, DateTimeOffset at)
    {
        if (at.Year is >= 1950 and < 2050)
        {
            writer.WriteUtcTime(at);
        }
        else
        {
            writer.WriteGeneralizedTime(at, omitFractionalSeconds: true);
        }
    }

    private static void WriteAlgorithms(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(AlgorithmBytes.Sha256);
            using (writer.PushSequence(SignatureAlgorithmTag))
            {
                writer.WriteObjectIdentifier(Oids.EcdsaSha256);
            }
        }
    }

    private static bool ReadAlgorithms(AsnReader reader)
    {
        var digest = reader.ReadEncodedValue();
        var signature = reader.ReadSequence(SignatureAlgorithmTag);
        reader.ThrowIfNotEmpty();
        var matches = digest.Span.SequenceEqual(AlgorithmBytes.Sha256) && signature.ReadObjectIdentifier() == Oids.EcdsaSha256;
        return matches && !signature.HasData;
    }

    // ESSCertIDv2 with the default hash algorithm and no issuer: RFC 5035 section 4.
    private static void WriteCertificate(AsnWriter writer, CertificateIdentity identity)
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteOctetString(identity.Hash);
        }
    }

    private static byte[] ReadCertificate(AsnReader reader)
    {
        var certificates = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        var only = certificates.ReadSequence();
        certificates.ThrowIfNotEmpty();
        var hash = only.ReadOctetString();
        only.ThrowIfNotEmpty();
        return hash;
    }
}
