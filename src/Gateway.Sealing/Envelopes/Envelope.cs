using System.Formats.Asn1;
using System.Security.Cryptography;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Envelopes;

/// <summary>
/// CMS AuthEnvelopedData (RFC 5083) with AES-256-GCM (RFC 5084) for named recipients. The platform's own envelope knows only AES-CBC, where a
/// flipped bit opens without an error.
/// </summary>
public static class Envelope
{
    private const byte Sequence = 0x30;
    private const byte Explicit0 = 0xA0;
    private const byte ImplicitOctets0 = 0x80;
    private const byte OctetString = 0x04;
    private const int ContentKeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int MacBytes = 2 + TagBytes;

    private static readonly byte[] EnvelopeOid = Encode(writer => writer.WriteObjectIdentifier(Oids.AuthEnvelopedData));
    private static readonly byte[] DataOid = Encode(writer => writer.WriteObjectIdentifier(Oids.Data));

    private static ReadOnlySpan<byte> Version0 => [0x02, 0x01, 0x00];

    /// <summary>Encrypts content for one recipient.</summary>
    /// <returns>The envelope, DER.</returns>
    public static byte[] Seal(ReadOnlySpan<byte> content, EncryptionKey recipient) => Seal([], content, [], [recipient]);

    /// <summary>Opens an envelope addressed to us. The content is released only after its tag was checked.</summary>
    /// <param name="der">The envelope.</param>
    /// <param name="me">Our key.</param>
    /// <returns>The content, when the outcome is <see cref="OpenOutcome.Opened"/>; else null.</returns>
    public static (OpenOutcome Outcome, byte[]? Content) Open(ReadOnlyMemory<byte> der, DecryptionKey me)
    {
        ArgumentNullException.ThrowIfNull(me);
        if (der.Length > SealingLimits.ContentBytesMax + (2 * SealingLimits.OverheadBytesMax))
        {
            return (OpenOutcome.TooLarge, null);
        }

        try
        {
            return Check(der, me);
        }
        catch (AsnContentException)
        {
            return (OpenOutcome.Malformed, null);
        }
    }

    /// <summary>Encrypts three parts as if they were one, without joining them first.</summary>
    internal static byte[] Seal(ReadOnlySpan<byte> head, ReadOnlySpan<byte> content, ReadOnlySpan<byte> tail, ReadOnlySpan<EncryptionKey> recipients)
    {
        ArgumentOutOfRangeException.ThrowIfZero(recipients.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(recipients.Length, SealingLimits.RecipientsMax);
        Span<byte> contentKey = stackalloc byte[ContentKeyBytes];
        Span<byte> nonce = stackalloc byte[NonceBytes];
        RandomNumberGenerator.Fill(contentKey);
        RandomNumberGenerator.Fill(nonce);

        // 1 everything before the ciphertext
        var length = head.Length + content.Length + tail.Length;
        var before = Before(length, Recipients(recipients, contentKey), Algorithm(nonce));

        // 2 the parts at their place, encrypted there
        var envelope = GC.AllocateUninitializedArray<byte>(before.Length + length + MacBytes);
        before.CopyTo(envelope, 0);
        var text = envelope.AsSpan(before.Length, length);
        head.CopyTo(text);
        content.CopyTo(text[head.Length..]);
        tail.CopyTo(text[(head.Length + content.Length)..]);
        var mac = envelope.AsSpan(^MacBytes..);
        mac[0] = OctetString;
        mac[1] = TagBytes;
        using (var gcm = new AesGcm(contentKey, TagBytes))
        {
            gcm.Encrypt(nonce, text, text, mac[2..]);
        }

        CryptographicOperations.ZeroMemory(contentKey);
        return envelope;
    }

    private static (OpenOutcome Outcome, byte[]? Content) Check(ReadOnlyMemory<byte> der, DecryptionKey me)
    {
        // 1 structure and exact algorithms
        var (outcome, parsed) = ParsedEnvelope.Read(der);
        if (outcome != OpenOutcome.Opened)
        {
            return (outcome, null);
        }

        // 2 us, and everybody once: two entries for one key could hold two contents
        var isRepeated = parsed!.Recipients.DistinctBy(recipient => Convert.ToHexString(recipient.KeyIdentifier)).Count() < parsed.Recipients.Count;
        if (isRepeated)
        {
            return (OpenOutcome.WrongRecipients, null);
        }

        var mine = parsed.Recipients.Where(recipient => recipient.KeyIdentifier.AsSpan().SequenceEqual(me.Identity.KeyIdentifier)).ToArray();
        return mine.Length == 1 ? Decrypt(parsed, mine[0], me) : (OpenOutcome.NotForUs, null);
    }

    private static (OpenOutcome Outcome, byte[]? Content) Decrypt(ParsedEnvelope parsed, AgreedRecipient recipient, DecryptionKey me)
    {
        Span<byte> contentKey = stackalloc byte[ContentKeyBytes];
        if (!KeyAgreement.TryUnwrap(recipient, me, contentKey))
        {
            // A random key fails at the tag like a wrong ciphertext does: nobody learns which of the two was refused.
            RandomNumberGenerator.Fill(contentKey);
        }

        var content = GC.AllocateUninitializedArray<byte>(parsed.Ciphertext.Length);
        try
        {
            using var gcm = new AesGcm(contentKey, TagBytes);
            gcm.Decrypt(parsed.Nonce.Span, parsed.Ciphertext.Span, parsed.Tag.Span, content);
            return (OpenOutcome.Opened, content);
        }
        catch (AuthenticationTagMismatchException)
        {
            return (OpenOutcome.NotAuthentic, null);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(contentKey);
        }
    }

    private static byte[] Before(int contentLength, byte[] recipients, byte[] algorithm)
    {
        var encrypted = DataOid.Length + algorithm.Length + DerLength.OfTlv(contentLength);
        var enveloped = Version0.Length + recipients.Length + DerLength.OfTlv(encrypted) + MacBytes;
        var head = new DerHead();
        head.Write(Sequence, EnvelopeOid.Length + DerLength.OfTlv(DerLength.OfTlv(enveloped)));
        head.Write(EnvelopeOid);
        head.Write(Explicit0, DerLength.OfTlv(enveloped));
        head.Write(Sequence, enveloped);
        head.Write(Version0);
        head.Write(recipients);
        head.Write(Sequence, encrypted);

        // id-data: any other type would require authenticated attributes, which OpenSSL before the fixes of August 2026 cannot read.
        head.Write(DataOid);
        head.Write(algorithm);
        head.Write(ImplicitOctets0, contentLength);
        return head.ToArray();
    }

    private static byte[] Recipients(ReadOnlySpan<EncryptionKey> recipients, ReadOnlySpan<byte> contentKey)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 512);
        using (writer.PushSetOf())
        {
            foreach (var recipient in recipients)
            {
                KeyAgreement.Write(writer, recipient, contentKey);
            }
        }

        return writer.Encode();
    }

    private static byte[] Algorithm(ReadOnlySpan<byte> nonce)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 64);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.Aes256Gcm);
            using (writer.PushSequence())
            {
                writer.WriteOctetString(nonce);
                writer.WriteInteger(TagBytes); // never left to its default of 12, which OpenSSL cannot read
            }
        }

        return writer.Encode();
    }

    private static byte[] Encode(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }
}
