using System.Formats.Asn1;
using System.Security.Cryptography;
using Gateway.Sealing.Keys;

namespace Gateway.Sealing.Envelopes;

/// <summary>
/// One recipient: ECDH-ES on P-256 with the X9.63 key derivation and SHA-256, AES-256 key wrap (RFC 5753 section 3.1). A fresh key and fresh
/// keying material for every envelope.
/// </summary>
internal static class KeyAgreement
{
    private const int KeyingMaterialBytes = 32;
    private const int KeyingMaterialBytesMax = 64;
    private const int Version = 3;

    private static readonly Asn1Tag Tag0 = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Tag1 = new(TagClass.ContextSpecific, 1, isConstructed: true);
    private static readonly Asn1Tag Tag2 = new(TagClass.ContextSpecific, 2, isConstructed: true);

    /// <summary>The tag of KeyAgreeRecipientInfo among recipients.</summary>
    public static Asn1Tag RecipientTag => Tag1;

    public static void Write(AsnWriter writer, EncryptionKey recipient, ReadOnlySpan<byte> contentKey)
    {
        Span<byte> keyingMaterial = stackalloc byte[KeyingMaterialBytes];
        RandomNumberGenerator.Fill(keyingMaterial);
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var keyEncryptionKey = recipient.DeriveKey(ephemeral, SharedInfo(keyingMaterial));
        Span<byte> wrapped = stackalloc byte[AesKeyWrap.WrappedBytes];
        AesKeyWrap.Wrap(keyEncryptionKey, contentKey, wrapped);
        CryptographicOperations.ZeroMemory(keyEncryptionKey);
        using (writer.PushSequence(Tag1))
        {
            writer.WriteInteger(Version);
            using (writer.PushSequence(Tag0))
            using (writer.PushSequence(Tag1))
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(Oids.EcPublicKey);
                }

                WritePoint(writer, ephemeral);
            }

            using (writer.PushSequence(Tag1))
            {
                writer.WriteOctetString(keyingMaterial);
            }

            WriteAlgorithm(writer);
            using (writer.PushSequence())
            using (writer.PushSequence())
            {
                using (writer.PushSequence(Tag0))
                {
                    writer.WriteOctetString(recipient.Identity.KeyIdentifier);
                }

                writer.WriteOctetString(wrapped);
            }
        }
    }

    /// <summary>Reads one recipient, whoever it is for.</summary>
    /// <exception cref="AsnContentException">The bytes are not such a recipient in DER.</exception>
    public static (OpenOutcome Outcome, AgreedRecipient? Recipient) Read(AsnReader recipients)
    {
        var reader = recipients.ReadSequence(Tag1);
        if (!reader.TryReadInt32(out var version) || version != Version)
        {
            return (OpenOutcome.WrongAlgorithm, null);
        }

        var point = ReadPoint(reader);

        // We always send keying material; OpenSSL sends none, and its fresh key serves as well.
        var keyingMaterial = reader.PeekTag().HasSameClassAndValue(Tag1) ? ReadOctets(reader.ReadSequence(Tag1)) : [];
        if (point is null || keyingMaterial.Length > KeyingMaterialBytesMax || !ReadAlgorithm(reader))
        {
            return (OpenOutcome.WrongAlgorithm, null);
        }

        var keys = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        var key = keys.ReadSequence();
        var identifier = ReadOctets(key.ReadSequence(Tag0));
        var wrapped = key.ReadOctetString();
        key.ThrowIfNotEmpty();
        return keys.HasData
            ? (OpenOutcome.WrongRecipients, null)
            : (OpenOutcome.Opened, new AgreedRecipient(identifier, point, keyingMaterial, wrapped));
    }

    /// <summary>Unwraps the content key into <paramref name="contentKey"/>.</summary>
    /// <returns>False when the point is none or the wrapped key is not authentic.</returns>
    public static bool TryUnwrap(AgreedRecipient recipient, DecryptionKey me, Span<byte> contentKey)
    {
        var keyEncryptionKey = me.TryDeriveKey(recipient.Point.AsSpan(1), SharedInfo(recipient.KeyingMaterial));
        if (keyEncryptionKey is null)
        {
            return false;
        }

        var unwrapped = AesKeyWrap.TryUnwrap(keyEncryptionKey, recipient.WrappedKey, contentKey);
        CryptographicOperations.ZeroMemory(keyEncryptionKey);
        return unwrapped;
    }

    // The counter of the derivation, then ECC-CMS-SharedInfo: RFC 5753 section 7.2.
    private static byte[] SharedInfo(ReadOnlySpan<byte> keyingMaterial)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 96);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Oids.Aes256Wrap);
            }

            if (!keyingMaterial.IsEmpty)
            {
                using (writer.PushSequence(Tag0))
                {
                    writer.WriteOctetString(keyingMaterial);
                }
            }

            using (writer.PushSequence(Tag2))
            {
                writer.WriteOctetString([0, 0, 1, 0]); // 256 bits
            }
        }

        var info = new byte[sizeof(uint) + writer.GetEncodedLength()];
        info[sizeof(uint) - 1] = 1;
        writer.Encode(info.AsSpan(sizeof(uint)));
        return info;
    }

    private static void WritePoint(AsnWriter writer, ECDiffieHellman key)
    {
        var q = key.ExportParameters(includePrivateParameters: false).Q;
        Span<byte> point = stackalloc byte[P256.PointBytes];
        point[0] = P256.Uncompressed;
        q.X.CopyTo(point[1..]);
        q.Y.CopyTo(point[(1 + P256.CoordinateBytes)..]);
        writer.WriteBitString(point);
    }

    private static byte[]? ReadPoint(AsnReader reader)
    {
        var originator = reader.ReadSequence(Tag0);
        var key = originator.ReadSequence(Tag1);
        originator.ThrowIfNotEmpty();
        var algorithm = key.ReadSequence();
        var point = key.ReadBitString(out var unusedBits);
        key.ThrowIfNotEmpty();

        // Parameters absent: RFC 5753 section 3.1.1 allows more, nobody we know sends more, and one encoding is enough.
        var isEc = algorithm.ReadObjectIdentifier() == Oids.EcPublicKey;
        var fits = isEc && !algorithm.HasData && unusedBits == 0 && point.Length == P256.PointBytes && point[0] == P256.Uncompressed;
        return fits ? point : null;
    }

    private static void WriteAlgorithm(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.EcdhSha256Kdf);
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Oids.Aes256Wrap);
            }
        }
    }

    private static bool ReadAlgorithm(AsnReader reader)
    {
        var algorithm = reader.ReadSequence();
        if (algorithm.ReadObjectIdentifier() != Oids.EcdhSha256Kdf || !algorithm.HasData)
        {
            return false;
        }

        var wrap = algorithm.ReadSequence();
        return wrap.ReadObjectIdentifier() == Oids.Aes256Wrap && !wrap.HasData && !algorithm.HasData;
    }

    private static byte[] ReadOctets(AsnReader explicitlyTagged)
    {
        var octets = explicitlyTagged.ReadOctetString();
        explicitlyTagged.ThrowIfNotEmpty();
        return octets;
    }
}

/// <summary>One recipient as read from an envelope.</summary>
internal sealed record AgreedRecipient(byte[] KeyIdentifier, byte[] Point, byte[] KeyingMaterial, byte[] WrappedKey);
