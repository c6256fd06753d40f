using System.Formats.Asn1;
using System.Security.Cryptography;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Originals;

/// <summary>
/// What the sender of an original signs. It holds the data key, so it is zeroed after use and has no text form.
///
/// <code>
/// OriginalStatement ::= SEQUENCE {
///   version     INTEGER (1),
///   sender      UTF8String,
///   recipients  SEQUENCE SIZE (1..2) OF UTF8String,
///   agreementId UTF8String,                          -- empty for the provider's own custody
///   purpose     UTF8String,
///   notAfter    GeneralizedTime,
///   streamId    OCTET STRING (SIZE (16)),
///   dataKey     OCTET STRING (SIZE (32)) }
/// </code>
/// </summary>
internal sealed class OriginalStatement(OriginalContext context, byte[] streamId, byte[] dataKey) : IDisposable
{
    private const int Version = 1;

    public OriginalContext Context => context;

    public ReadOnlySpan<byte> StreamId => streamId;

    public ReadOnlySpan<byte> DataKey => dataKey;

    /// <summary>A statement about a new stream under a new key.</summary>
    public static OriginalStatement New(OriginalContext context) =>
        new(context, RandomNumberGenerator.GetBytes(OriginalFormat.StreamIdBytes), RandomNumberGenerator.GetBytes(OriginalFormat.DataKeyBytes));

    /// <returns>Null when a field is out of bounds.</returns>
    /// <exception cref="AsnContentException">The bytes are not such a sequence in DER.</exception>
    public static OriginalStatement? Read(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var reader = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var version = reader.ReadInteger();
        var sender = ReadUri(reader);
        var recipients = ReadRecipients(reader.ReadSequence());
        var agreementId = reader.ReadCharacterString(UniversalTagNumber.UTF8String);
        var purpose = reader.ReadCharacterString(UniversalTagNumber.UTF8String);
        var notAfter = reader.ReadGeneralizedTime();
        var streamId = reader.ReadOctetString();
        var dataKey = reader.ReadOctetString();
        reader.ThrowIfNotEmpty();
        var fits = version == Version && sender is not null && recipients is not null && notAfter.Ticks % TimeSpan.TicksPerSecond == 0
            && streamId.Length == OriginalFormat.StreamIdBytes && dataKey.Length == OriginalFormat.DataKeyBytes;
        if (!fits)
        {
            return null;
        }

        var context = new OriginalContext(sender!, recipients!, agreementId, purpose, notAfter);
        return context.IsInBounds ? new OriginalStatement(context, streamId, dataKey) : null;
    }

    public byte[] Encode()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 512);
        using (writer.PushSequence())
        {
            writer.WriteInteger(Version);
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, context.Sender.ToString());
            using (writer.PushSequence())
            {
                foreach (var recipient in context.Recipients)
                {
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, recipient.ToString());
                }
            }

            writer.WriteCharacterString(UniversalTagNumber.UTF8String, context.AgreementId);
            writer.WriteCharacterString(UniversalTagNumber.UTF8String, context.Purpose);
            writer.WriteGeneralizedTime(context.NotAfter, omitFractionalSeconds: true);
            writer.WriteOctetString(streamId);
            writer.WriteOctetString(dataKey);
        }

        return writer.Encode();
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(dataKey);

    private static List<GatewayUri>? ReadRecipients(AsnReader reader)
    {
        var recipients = new List<GatewayUri>();
        while (reader.HasData)
        {
            if (recipients.Count == SealingLimits.RecipientsMax || ReadUri(reader) is not { } recipient)
            {
                return null;
            }

            recipients.Add(recipient);
        }

        return recipients;
    }

    private static GatewayUri? ReadUri(AsnReader reader) =>
        GatewayUri.TryParse(reader.ReadCharacterString(UniversalTagNumber.UTF8String), out var uri) ? uri : null;
}
