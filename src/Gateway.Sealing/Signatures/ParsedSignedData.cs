using System.Formats.Asn1;

namespace Gateway.Sealing.Signatures;

/// <summary>The parts of a SignedData message that has the structure of the profile. Nothing in it is trusted yet.</summary>
internal sealed class ParsedSignedData
{
    private static readonly Asn1Tag Explicit0 = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag KeyIdentifierTag = new(TagClass.ContextSpecific, 0);

    public required string ContentType { get; init; }

    /// <summary>Content, or empty when there is none; see <see cref="HasContent"/>.</summary>
    public ReadOnlyMemory<byte> Content { get; private set; }

    public bool HasContent { get; private set; }

    /// <summary>Everything after the content: certificates and the signer.</summary>
    public ReadOnlyMemory<byte> Tail { get; private set; }

    public List<ReadOnlyMemory<byte>> Certificates { get; } = [];

    public ReadOnlyMemory<byte> KeyIdentifier { get; private set; }

    /// <summary>The signed attributes with their implicit tag, as on the wire.</summary>
    public ReadOnlyMemory<byte> Attributes { get; private set; }

    public ReadOnlyMemory<byte> Signature { get; private set; }

    /// <summary>Reads the structure, RFC 5652 sections 3 and 5.</summary>
    /// <exception cref="AsnContentException">The bytes are not DER of this structure.</exception>
    public static (VerifyOutcome Outcome, ParsedSignedData? Parsed) Read(ReadOnlyMemory<byte> der)
    {
        // 1 ContentInfo
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var contentInfo = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        if (contentInfo.ReadObjectIdentifier() != Oids.SignedData)
        {
            return (VerifyOutcome.NotSignedData, null);
        }

        var explicitContent = contentInfo.ReadSequence(Explicit0);
        contentInfo.ThrowIfNotEmpty();
        var signedData = explicitContent.ReadSequence();
        explicitContent.ThrowIfNotEmpty();

        // 2 version and digest algorithm
        if (!signedData.TryReadInt32(out var version) || version != 3)
        {
            return (VerifyOutcome.WrongVersion, null);
        }

        if (!ReadOnlyAlgorithm(signedData))
        {
            return (VerifyOutcome.WrongAlgorithm, null);
        }

        // 3 content
        var encapsulated = signedData.ReadSequence();
        var parsed = new ParsedSignedData { ContentType = encapsulated.ReadObjectIdentifier() };
        parsed.ReadContent(encapsulated);

        // 4 certificates and the one signer
        parsed.Tail = Remaining(signedData, der);
        return (parsed.ReadTail(signedData), parsed);
    }

    private static bool ReadOnlyAlgorithm(AsnReader signedData)
    {
        var set = signedData.ReadSetOf();
        var algorithm = set.ReadEncodedValue();
        return !set.HasData && algorithm.Span.SequenceEqual(AlgorithmBytes.Sha256);
    }

    // The tail ends where the message ends: SignedData is the last thing in it.
    private static ReadOnlyMemory<byte> Remaining(AsnReader reader, ReadOnlyMemory<byte> der)
    {
        var length = 0;
        var counter = reader.Clone();
        while (counter.HasData)
        {
            length += counter.ReadEncodedValue().Length;
        }

        return der[^length..];
    }

    private void ReadContent(AsnReader encapsulated)
    {
        HasContent = encapsulated.HasData;
        if (!HasContent)
        {
            return;
        }

        var explicitContent = encapsulated.ReadSequence(Explicit0);
        encapsulated.ThrowIfNotEmpty();
        if (!explicitContent.TryReadPrimitiveOctetString(out var content))
        {
            throw new AsnContentException();
        }

        explicitContent.ThrowIfNotEmpty();
        Content = content;
    }

    private VerifyOutcome ReadTail(AsnReader signedData)
    {
        if (signedData.HasData && signedData.PeekTag().HasSameClassAndValue(Explicit0))
        {
            var bag = signedData.ReadSetOf(Explicit0);
            while (bag.HasData)
            {
                Certificates.Add(bag.ReadEncodedValue());
                if (Certificates.Count > SealingLimits.CertificatesMax || Certificates[^1].Length > SealingLimits.CertificateBytesMax)
                {
                    return VerifyOutcome.TooLarge;
                }
            }
        }

        var signers = signedData.ReadSetOf();
        signedData.ThrowIfNotEmpty();
        if (!signers.HasData)
        {
            return VerifyOutcome.SignerCount;
        }

        var signer = signers.ReadSequence();
        return signers.HasData ? VerifyOutcome.SignerCount : ReadSigner(signer);
    }

    private VerifyOutcome ReadSigner(AsnReader signer)
    {
        if (!signer.TryReadInt32(out var version) || version != 3)
        {
            return VerifyOutcome.WrongVersion;
        }

        KeyIdentifier = signer.ReadOctetString(KeyIdentifierTag);
        if (!signer.ReadEncodedValue().Span.SequenceEqual(AlgorithmBytes.Sha256))
        {
            return VerifyOutcome.WrongAlgorithm;
        }

        if (!signer.PeekTag().HasSameClassAndValue(Explicit0))
        {
            return VerifyOutcome.NoSignedAttributes;
        }

        Attributes = signer.ReadEncodedValue();
        if (Attributes.Length > SealingLimits.AttributesBytesMax)
        {
            return VerifyOutcome.TooLarge;
        }

        if (!signer.ReadEncodedValue().Span.SequenceEqual(AlgorithmBytes.EcdsaSha256))
        {
            return VerifyOutcome.WrongAlgorithm;
        }

        Signature = signer.ReadOctetString();

        // Unsigned attributes would be bytes nobody vouches for.
        signer.ThrowIfNotEmpty();
        return VerifyOutcome.Verified;
    }
}
