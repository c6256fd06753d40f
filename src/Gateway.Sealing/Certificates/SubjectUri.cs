using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Sealing.Certificates;

/// <summary>Reads the identity out of a certificate. The platform has no reader for URI names, so this reads RFC 5280 GeneralNames itself.</summary>
public static class SubjectUri
{
    private const string SubjectAlternativeName = "2.5.29.17";

    private static readonly Asn1Tag UniformResourceIdentifier = new(TagClass.ContextSpecific, 6);

    /// <summary>The identity, or null unless the certificate has exactly one URI name and that is the URI of a gateway.</summary>
    public static GatewayUri? Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        try
        {
            var extensions = certificate.Extensions.Where(extension => extension.Oid?.Value == SubjectAlternativeName).ToArray();
            return extensions is [var names] ? TheOnlyOne(names.RawData) : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static GatewayUri? TheOnlyOne(byte[] names)
    {
        var reader = new AsnReader(names, AsnEncodingRules.DER);
        var sequence = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        string? found = null;
        while (sequence.HasData)
        {
            if (!sequence.PeekTag().HasSameClassAndValue(UniformResourceIdentifier))
            {
                sequence.ReadEncodedValue();
                continue;
            }

            // A second URI would let one certificate be two gateways, depending on who reads it.
            if (found is not null)
            {
                return null;
            }

            found = sequence.ReadCharacterString(UniversalTagNumber.IA5String, UniformResourceIdentifier);
        }

        return GatewayUri.TryParse(found, out var uri) ? uri : null;
    }
}
