using System.Security.Cryptography;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Keys;

namespace Gateway.Sealing.Tests.Forge;

/// <summary>An envelope that can be changed in one place, with everything its maker knows: a dishonest sender can make any of these.</summary>
internal sealed class ForgedEnvelope
{
    private readonly DerNode _root;

    public ForgedEnvelope(byte[] envelope) => _root = DerNode.Parse(envelope);

    public DerNode ContentInfo => _root;

    /// <summary>version, recipientInfos, authEncryptedContentInfo, mac.</summary>
    public DerNode Enveloped => _root[1][0];

    public DerNode Recipients => Enveloped[1];

    /// <summary>version, originator, ukm, keyEncryptionAlgorithm, recipientEncryptedKeys.</summary>
    public DerNode Recipient => Recipients[0];

    public DerNode OriginatorKey => Recipient[1][0];

    public DerNode KeyingMaterial => Recipient[2][0];

    /// <summary>rid, encryptedKey.</summary>
    public DerNode EncryptedKey => Recipient[4][0];

    /// <summary>contentType, algorithm, ciphertext.</summary>
    public DerNode Encrypted => Enveloped[2];

    public DerNode GcmParameters => Encrypted[1][1];

    public DerNode Ciphertext => Encrypted[2];

    public DerNode Tag => Enveloped[3];

    public static ForgedEnvelope Message() => new(Some.Sealed().Envelope);

    public byte[] Encode() => _root.Encode();

    public OpenOutcome Open() => Envelope.Open(Encode(), Some.Beta.Decryption).Outcome;

    /// <summary>An envelope whose two recipient entries come from two envelopes: only the first can be opened.</summary>
    public static byte[] ForTwo(EncryptionKey one, EncryptionKey other)
    {
        var envelope = new ForgedEnvelope(Envelope.Seal(Some.Content, one));
        envelope.Recipients.Children.Add(new ForgedEnvelope(Envelope.Seal(Some.Content, other)).Recipient);
        envelope.Recipients.SortAsSet();
        return envelope.Encode();
    }

    public static byte[] PointOf(ECDiffieHellman key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return [P256.Uncompressed, .. point.X!, .. point.Y!];
    }
}
