using System.Formats.Asn1;
using System.Numerics;
using Gateway.Sealing.Certificates;

namespace Gateway.Sealing.Signatures;

/// <summary>
/// Who sends what to whom under which agreement, inside the signature. Without the recipient in it, a receiver could seal our signed message
/// again to somebody else.
/// </summary>
/// <param name="Sender">Sending gateway; must be the signer.</param>
/// <param name="Recipient">Receiving gateway.</param>
/// <param name="AgreementId">Agreement, 1 to 64 visible ASCII characters.</param>
/// <param name="AgreementRevision">Its revision, from 1.</param>
/// <param name="Purpose">Purpose code of everything in the message, 1 to 64 visible ASCII characters.</param>
/// <param name="MessageId">16 bytes.</param>
/// <param name="Sequence">Place in the channel, from 1 without gaps.</param>
/// <param name="PreviousMessageHash">SHA-256 of the signed attributes of the message before it; empty for the first.</param>
/// <param name="NotAfter">The message must not be accepted after this time. Whole seconds.</param>
/// <param name="Count">Number of items, 1 to 1024.</param>
/// <param name="MerkleRoot">Root of the tree over the items, 32 bytes.</param>
public sealed record ExchangeContext(
    GatewayUri Sender,
    GatewayUri Recipient,
    string AgreementId,
    int AgreementRevision,
    string Purpose,
    ReadOnlyMemory<byte> MessageId,
    long Sequence,
    ReadOnlyMemory<byte> PreviousMessageHash,
    DateTimeOffset NotAfter,
    int Count,
    ReadOnlyMemory<byte> MerkleRoot)
{
    /// <summary>Bytes of a message id.</summary>
    public const int MessageIdBytes = 16;

    /// <summary>Most items in one message.</summary>
    public const int ItemsMax = 1024;

    private const int Version = 1;
    private const int HashBytes = 32;

    private static readonly Asn1Tag Previous = new(TagClass.ContextSpecific, 0);

    internal void Write(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteInteger(Version);
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, Sender.ToString());
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, Recipient.ToString());
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, AgreementId);
            writer.WriteInteger(AgreementRevision);
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, Purpose);
            writer.WriteOctetString(MessageId.Span);
            writer.WriteInteger(Sequence);
            if (!PreviousMessageHash.IsEmpty)
            {
                writer.WriteOctetString(PreviousMessageHash.Span, Previous);
            }

            writer.WriteGeneralizedTime(NotAfter, omitFractionalSeconds: true);
            writer.WriteInteger(Count);
            writer.WriteOctetString(MerkleRoot.Span);
        }
    }

    /// <summary>Throws unless every field is inside its bounds: what we would refuse from others we do not send.</summary>
    /// <exception cref="ArgumentException">A field is out of bounds.</exception>
    internal void RequireBounds()
    {
        if (!IsInBounds)
        {
            throw new ArgumentException("A field of the exchange context is out of bounds.");
        }
    }

    /// <returns>Null when a field is out of bounds.</returns>
    /// <exception cref="AsnContentException">The bytes are not such a sequence in DER.</exception>
    internal static ExchangeContext? Read(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var reader = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var version = reader.ReadInteger();
        var sender = ReadUri(reader);
        var recipient = ReadUri(reader);
        var agreementId = reader.ReadCharacterString(UniversalTagNumber.UTF8String);
        var revision = reader.ReadInteger();
        var purpose = reader.ReadCharacterString(UniversalTagNumber.UTF8String);
        var messageId = reader.ReadOctetString();
        var sequence = reader.ReadInteger();
        var previous = reader.PeekTag().HasSameClassAndValue(Previous) ? reader.ReadOctetString(Previous) : [];
        var notAfter = reader.ReadGeneralizedTime();
        var count = reader.ReadInteger();
        var root = reader.ReadOctetString();
        reader.ThrowIfNotEmpty();
        if (version != Version || sender is null || recipient is null || !Fits(revision, int.MaxValue) || !Fits(sequence, long.MaxValue) || !Fits(count, ItemsMax))
        {
            return null;
        }

        var context = new ExchangeContext(
            sender, recipient, agreementId, (int)revision, purpose, messageId, (long)sequence, previous, notAfter, (int)count, root);
        return context.IsInBounds && notAfter.Ticks % TimeSpan.TicksPerSecond == 0 ? context : null;
    }

    private bool IsInBounds =>
        IsName(AgreementId)
        && IsName(Purpose)
        && AgreementRevision >= 1
        && MessageId.Length == MessageIdBytes
        && Sequence >= 1
        && PreviousMessageHash.Length == (Sequence == 1 ? 0 : HashBytes)
        && Count is >= 1 and <= ItemsMax
        && MerkleRoot.Length == HashBytes;

    // Visible ASCII: two names that look the same are the same.
    internal static bool IsName(string text) => text.Length is >= 1 and <= SealingLimits.NameCharsMax && text.All(character => character is > ' ' and <= '~');

    private static bool Fits(BigInteger value, long max) => value >= 1 && value <= max;

    private static GatewayUri? ReadUri(AsnReader reader) =>
        GatewayUri.TryParse(reader.ReadCharacterString(UniversalTagNumber.UTF8String), out var uri) ? uri : null;
}
