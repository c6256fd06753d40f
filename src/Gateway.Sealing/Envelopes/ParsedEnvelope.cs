using System.Formats.Asn1;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Envelopes;

/// <summary>The parts of an envelope that has the structure of the profile; nothing in it is authentic yet.</summary>
internal sealed class ParsedEnvelope
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private static readonly Asn1Tag Tag0 = new(TagClass.ContextSpecific, 0);

    public List<AgreedRecipient> Recipients { get; } = [];

    public ReadOnlyMemory<byte> Nonce { get; private set; }

    public ReadOnlyMemory<byte> Ciphertext { get; private set; }

    public ReadOnlyMemory<byte> Tag { get; private set; }

    public static (OpenOutcome Outcome, ParsedEnvelope? Parsed) Read(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var contentInfo = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        if (contentInfo.ReadObjectIdentifier() != Oids.AuthEnvelopedData)
        {
            return (OpenOutcome.NotEnveloped, null);
        }

        var explicitContent = contentInfo.ReadSequence(Tag0);
        contentInfo.ThrowIfNotEmpty();
        var enveloped = explicitContent.ReadSequence();
        explicitContent.ThrowIfNotEmpty();
        if (!enveloped.TryReadInt32(out var version) || version != 0)
        {
            return (OpenOutcome.WrongAlgorithm, null);
        }

        var parsed = new ParsedEnvelope();
        var recipients = enveloped.ReadSetOf();
        var encrypted = enveloped.ReadSequence();
        var tag = enveloped.ReadOctetString(); // authenticated attributes would stand here and are refused
        enveloped.ThrowIfNotEmpty();
        parsed.Tag = tag;
        var outcome = parsed.ReadRecipients(recipients);
        if (outcome == OpenOutcome.Opened)
        {
            outcome = tag.Length == TagBytes ? parsed.ReadContent(encrypted) : OpenOutcome.WrongAlgorithm;
        }

        return (outcome, parsed);
    }

    private OpenOutcome ReadRecipients(AsnReader recipients)
    {
        while (recipients.HasData)
        {
            if (Recipients.Count == SealingLimits.RecipientsMax || !recipients.PeekTag().HasSameClassAndValue(KeyAgreement.RecipientTag))
            {
                return OpenOutcome.WrongRecipients;
            }

            var (outcome, recipient) = KeyAgreement.Read(recipients);
            if (outcome != OpenOutcome.Opened)
            {
                return outcome;
            }

            Recipients.Add(recipient!);
        }

        return Recipients.Count > 0 ? OpenOutcome.Opened : OpenOutcome.WrongRecipients;
    }

    private OpenOutcome ReadContent(AsnReader encrypted)
    {
        if (encrypted.ReadObjectIdentifier() != Oids.Data)
        {
            return OpenOutcome.WrongAlgorithm;
        }

        var algorithm = encrypted.ReadSequence();
        if (algorithm.ReadObjectIdentifier() != Oids.Aes256Gcm)
        {
            return OpenOutcome.WrongAlgorithm;
        }

        var parameters = algorithm.ReadSequence();
        algorithm.ThrowIfNotEmpty();
        Nonce = parameters.ReadOctetString();
        var tagBytes = parameters.HasData && parameters.TryReadInt32(out var length) ? length : 0;
        parameters.ThrowIfNotEmpty();
        if (Nonce.Length != NonceBytes || tagBytes != TagBytes)
        {
            return OpenOutcome.WrongAlgorithm;
        }

        if (!encrypted.TryReadPrimitiveOctetString(out var ciphertext, Tag0))
        {
            return OpenOutcome.Malformed;
        }

        encrypted.ThrowIfNotEmpty();
        Ciphertext = ciphertext;
        return OpenOutcome.Opened;
    }
}
