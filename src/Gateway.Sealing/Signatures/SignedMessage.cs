using Gateway.Sealing.Keys;

namespace Gateway.Sealing.Signatures;

/// <summary>A signed message of which everything holds. There is no other way to get one.</summary>
public sealed class SignedMessage
{
    internal SignedMessage(ParsedSignedData parsed, SignedAttributes attributes, VerificationKey signer, byte[] messageHash)
    {
        Content = parsed.Content;
        ContentType = parsed.ContentType;
        SigningTime = attributes.SigningTime!.Value;
        Context = attributes.Context;
        Signature = parsed.Signature;
        MessageSignatureDigest = attributes.MessageSignatureDigest;
        ReceiptIdentifier = attributes.ReceiptIdentifier;
        Signer = signer;
        MessageHash = messageHash;
        Parsed = parsed;
    }

    /// <summary>The content as it was signed; empty when it was checked without content.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>What kind of content it is, one of <see cref="ContentTypes"/>.</summary>
    public string ContentType { get; }

    /// <summary>When the signer says it signed.</summary>
    public DateTimeOffset SigningTime { get; }

    /// <summary>Who signed.</summary>
    public VerificationKey Signer { get; }

    /// <summary>Sender, recipient, agreement and place in the channel; for messages and receipts.</summary>
    public ExchangeContext? Context { get; }

    /// <summary>SHA-256 of the signed attributes. It names the message: the bytes around it can change without its meaning (ECDSA), this cannot.</summary>
    public ReadOnlyMemory<byte> MessageHash { get; }

    /// <summary>The signature value, DER.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    internal ReadOnlyMemory<byte> MessageSignatureDigest { get; }

    internal byte[]? ReceiptIdentifier { get; }

    internal ParsedSignedData Parsed { get; }

    /// <summary>The same message without its content, DER: evidence for those who may not see the content.</summary>
    public byte[] ToDetached() => SignedDataLayout.Detached(ContentType, Parsed.Tail.Span);
}
