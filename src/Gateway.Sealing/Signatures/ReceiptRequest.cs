using System.Formats.Asn1;
using Gateway.Sealing.Certificates;

namespace Gateway.Sealing.Signatures;

/// <summary>The attribute by which a message asks for a receipt, RFC 2634 section 2.7: everybody is asked, the receipt goes to the sender.</summary>
internal static class ReceiptRequest
{
    private const int AllReceipts = 0;
    private const int IdentifierBytesMax = 64;

    private static readonly Asn1Tag AllOrFirstTier = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag UniformResourceIdentifier = new(TagClass.ContextSpecific, 6);

    public static void Write(AsnWriter writer, ReadOnlySpan<byte> contentIdentifier, GatewayUri receiptsTo)
    {
        using (writer.PushSequence())
        {
            writer.WriteOctetString(contentIdentifier);
            writer.WriteInteger(AllReceipts, AllOrFirstTier);
            using (writer.PushSequence())
            using (writer.PushSequence())
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, receiptsTo.ToString(), UniformResourceIdentifier);
            }
        }
    }

    /// <returns>The content identifier and where receipts go, or null when the request is not of this form.</returns>
    /// <exception cref="AsnContentException">The bytes are not such a request in DER.</exception>
    public static (byte[] Identifier, string ReceiptsTo)? Read(AsnReader value)
    {
        var request = value.ReadSequence();
        var identifier = request.ReadOctetString();
        var allReceipts = request.ReadInteger(AllOrFirstTier) == AllReceipts;
        var lists = request.ReadSequence();
        request.ThrowIfNotEmpty();
        var names = lists.ReadSequence();
        lists.ThrowIfNotEmpty();
        var receiptsTo = names.ReadCharacterString(UniversalTagNumber.IA5String, UniformResourceIdentifier);
        names.ThrowIfNotEmpty();
        return allReceipts && identifier.Length is >= 1 and <= IdentifierBytesMax ? (identifier, receiptsTo) : null;
    }
}
