using Gateway.Contracts.Exchange.V1;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Signatures;
using Google.Protobuf;

namespace Gateway.Exchange.Ledgers;

/// <summary>What a signed statement says.</summary>
public static class StatementContent
{
    private static readonly MessageParser<ChannelStatement> Parser = ChannelStatement.Parser.WithDiscardUnknownFields(true);

    /// <summary>The statement of a signed message whose signature was verified; null when it is none, or one in another gateway's name.</summary>
    public static ChannelStatement? Of(SignedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return TryRead(message.Content) is { } said && said.Issuer == message.Signer.Owner.ToString() && IsOfChannel(said, message.Signer.Owner) ? said : null;
    }

    // In its one plain encoding: what no code looks at must not stand under a signature that both sides keep.
    internal static ChannelStatement? TryRead(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var read = Parser.ParseFrom(bytes.Span);
            return read.ToByteArray().AsSpan().SequenceEqual(bytes.Span) ? read : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static bool IsOfChannel(ChannelStatement said, GatewayUri issuer) => issuer.Provider == said.Sender || issuer.Provider == said.Recipient;
}
