using System.Formats.Asn1;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Envelopes;

/// <summary>One message ready to be sent.</summary>
/// <param name="Envelope">CMS AuthEnvelopedData around SignedData, DER.</param>
/// <param name="MessageHash">SHA-256 of the signed attributes: the name of the message in the channel and in receipts.</param>
/// <param name="Detached">The signed message without its content, DER: what a receipt is checked against.</param>
public sealed record SealedMessage(byte[] Envelope, byte[] MessageHash, byte[] Detached);

/// <summary>Signs a message, asks for a receipt (RFC 2634) and encrypts it for its recipient.</summary>
public static class MessageSealer
{
    /// <summary>Seals content.</summary>
    /// <param name="content">1 byte to 4 MiB.</param>
    /// <param name="context">Who, what, under which agreement; its sender must be the owner of the key, its recipient that of the other key.</param>
    /// <param name="signer">Our key.</param>
    /// <param name="recipient">The recipient's key.</param>
    /// <param name="at">Signing time; whole seconds are kept.</param>
    /// <exception cref="ArgumentException">The context is out of bounds or does not name the keys' owners.</exception>
    public static SealedMessage Seal(ReadOnlySpan<byte> content, ExchangeContext context, SigningKey signer, EncryptionKey recipient, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(recipient);
        context.RequireBounds();
        if (context.Sender != signer.Owner || context.Recipient != recipient.Owner)
        {
            throw new ArgumentException("The context names another sender or recipient than the keys.", nameof(context));
        }

        var (tail, hash) = SignedDataWriter.Sign(content, ContentTypes.MappingBatch, signer, at, writer => WriteAttributes(writer, context));
        var head = SignedDataLayout.Head(ContentTypes.MappingBatch, content.Length, tail.Length);
        var envelope = Envelope.Seal(head, content, tail, [recipient]);
        return new SealedMessage(envelope, hash, SignedDataLayout.Detached(ContentTypes.MappingBatch, tail));
    }

    private static void WriteAttributes(AsnWriter writer, ExchangeContext context)
    {
        SignedAttributes.Write(writer, Oids.ExchangeContext, context, static (it, value) => value.Write(it));
        SignedAttributes.Write(writer, Oids.ReceiptRequest, context, static (it, value) => ReceiptRequest.Write(it, value.MessageId.Span, value.Sender));
    }
}
