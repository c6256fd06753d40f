using System.Formats.Asn1;
using System.Security.Cryptography;
using Gateway.Sealing.Keys;

namespace Gateway.Sealing.Signatures;

/// <summary>Signs content as CMS SignedData, profile GW-CMS-1: one signer, signed attributes always.</summary>
public static class SignedDataWriter
{
    private const byte SetOf = 0x31;
    private const byte ImplicitAttributes = 0xA0;

    private static readonly Asn1Tag CertificatesTag = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag KeyIdentifierTag = new(TagClass.ContextSpecific, 0);

    /// <summary>Signs a statement: content that is not addressed to anybody, such as a record or an agreement.</summary>
    /// <param name="content">1 byte to 4 MiB.</param>
    /// <param name="contentType">One of <see cref="ContentTypes"/>, not a message or a receipt.</param>
    /// <param name="key">Signer.</param>
    /// <param name="at">Signing time; whole seconds are kept.</param>
    /// <returns>SignedData with the content in it, DER.</returns>
    public static byte[] SignStatement(ReadOnlySpan<byte> content, string contentType, SigningKey key, DateTimeOffset at) =>
        SignNamedStatement(content, contentType, key, at).Signed;

    /// <summary>The same, with SHA-256 of the signed attributes: the name under which evidence speaks of the statement.</summary>
    public static (byte[] Signed, byte[] Hash) SignNamedStatement(ReadOnlySpan<byte> content, string contentType, SigningKey key, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (contentType is ContentTypes.MappingBatch or ContentTypes.Receipt)
        {
            throw new ArgumentException("Messages and receipts are addressed to somebody and are no statements.", nameof(contentType));
        }

        var (tail, hash) = Sign(content, contentType, key, at, more: null);
        return (SignedDataLayout.Attached(contentType, content, tail), hash);
    }

    /// <summary>Makes everything that follows the content: certificates and signer.</summary>
    /// <returns>The tail, and SHA-256 of the signed attributes.</returns>
    internal static (byte[] Tail, byte[] MessageHash) Sign(
        ReadOnlySpan<byte> content, string contentType, SigningKey key, DateTimeOffset at, Action<AsnWriter>? more)
    {
        ArgumentOutOfRangeException.ThrowIfZero(content.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(content.Length, SealingLimits.ContentBytesMax);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, digest);
        var attributes = SignedAttributes.Encode(contentType, digest, key, at, more);
        var hash = SHA256.HashData(attributes);
        var certificates = key.Chain.Select(certificate => certificate.RawDataMemory);
        return (Tail(attributes, key.Sign(attributes), key.Identity.KeyIdentifier, certificates), hash);
    }

    /// <summary>Everything that follows the content, from its parts.</summary>
    internal static byte[] Tail(
        ReadOnlySpan<byte> attributes, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> keyIdentifier, IEnumerable<ReadOnlyMemory<byte>> certificates)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 2048);
        using (writer.PushSetOf(CertificatesTag))
        {
            foreach (var certificate in certificates)
            {
                writer.WriteEncodedValue(certificate.Span);
            }
        }

        using (writer.PushSetOf())
        using (writer.PushSequence())
        {
            writer.WriteInteger(3);
            writer.WriteOctetString(keyIdentifier, KeyIdentifierTag);
            writer.WriteEncodedValue(AlgorithmBytes.Sha256);
            writer.WriteEncodedValue(Retag(attributes, ImplicitAttributes));
            writer.WriteEncodedValue(AlgorithmBytes.EcdsaSha256);
            writer.WriteOctetString(signature);
        }

        return writer.Encode();
    }

    // Signed as SET OF, sent under an implicit tag: RFC 5652 section 5.4.
    private static byte[] Retag(ReadOnlySpan<byte> encoded, byte tag)
    {
        System.Diagnostics.Debug.Assert(encoded[0] == SetOf, "attributes are a SET OF");
        byte[] retagged = [.. encoded];
        retagged[0] = tag;
        return retagged;
    }
}
