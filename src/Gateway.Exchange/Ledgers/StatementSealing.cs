using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Signatures;
using Google.Protobuf;

namespace Gateway.Exchange.Ledgers;

/// <summary>A statement of a peer of which everything holds.</summary>
/// <param name="Channel">The channel it speaks of.</param>
/// <param name="Content">What it says.</param>
/// <param name="Signed">The signed bytes: evidence.</param>
/// <param name="Hash">SHA-256 of its signed attributes.</param>
internal sealed record OpenedStatement(ChannelKey Channel, ChannelStatement Content, ReadOnlyMemory<byte> Signed, ReadOnlyMemory<byte> Hash);

/// <summary>A statement of ours, signed and on its way.</summary>
/// <param name="Signed">The signed bytes: evidence.</param>
/// <param name="Hash">SHA-256 of its signed attributes.</param>
/// <param name="Sealed">The same in an envelope to the peer.</param>
internal sealed record MadeStatement(ReadOnlyMemory<byte> Signed, ReadOnlyMemory<byte> Hash, byte[] Sealed);

/// <summary>Signs statements and seals them to the peer; opens those of the peer.</summary>
internal sealed class StatementSealing(SigningKey signing, DecryptionKey decryption, TimeProvider time)
{
    private const int SealedBytesMax = 16 * 1024;

    /// <summary>Our provider.</summary>
    public string Provider => signing.Owner.Provider;

    public MadeStatement Make(ChannelKey channel, Peer peer, Action<ChannelStatement> say)
    {
        var statement = new ChannelStatement
        {
            Sender = channel.Sender,
            Recipient = channel.Recipient,
            AgreementId = channel.AgreementId,
            Issuer = signing.Owner.ToString(),
        };
        say(statement);
        var (signed, hash) = SignedDataWriter.SignNamedStatement(statement.ToByteArray(), ContentTypes.ChannelStatement, signing, time.GetUtcNow());
        return new MadeStatement(signed, hash, Envelope.Seal(signed, peer.Encryption));
    }

    /// <summary>Opens a statement: size, envelope, signature, and only then what it says.</summary>
    /// <returns>The statement, or null when it does not hold or is not the peer's.</returns>
    public OpenedStatement? Open(ReadOnlyMemory<byte> sealedStatement, Peer peer)
    {
        if (sealedStatement.Length is 0 or > SealedBytesMax || Envelope.Open(sealedStatement, decryption).Content is not { } signed)
        {
            return null;
        }

        var verified = SignedDataVerifier.Verify(signed, ContentTypes.ChannelStatement, id => Match(peer.Signer, id));
        return verified.IsVerified && StatementContent.TryRead(verified.Message.Content) is { } content && IsBetween(content, peer)
            ? new OpenedStatement(new ChannelKey(content.Sender, content.Recipient, content.AgreementId), content, signed, verified.Message.MessageHash)
            : null;
    }

    private bool IsBetween(ChannelStatement content, Peer peer) =>
        content.Issuer == peer.Uri.ToString()
        && ((content.Sender == Provider && content.Recipient == peer.Uri.Provider) || (content.Recipient == Provider && content.Sender == peer.Uri.Provider));

    private static VerificationKey? Match(VerificationKey key, ReadOnlyMemory<byte> identifier) =>
        key.KeyIdentifier.Span.SequenceEqual(identifier.Span) ? key : null;
}
