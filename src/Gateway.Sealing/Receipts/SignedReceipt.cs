using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Receipts;

/// <summary>How the check of a receipt ended.</summary>
public enum ReceiptOutcome
{
    /// <summary>The owner of the receipt's key received this very message.</summary>
    Received,

    /// <summary>The message the receipt is said to answer does not hold itself.</summary>
    OriginalNotVerified,

    /// <summary>The receipt's own signature or structure does not hold.</summary>
    ReceiptNotVerified,

    /// <summary>The receipt answers another message.</summary>
    OtherMessage,

    /// <summary>The receipt was not signed by the recipient of the message.</summary>
    NotTheRecipient,
}

/// <summary>The answer of a check.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Verify">Outcome of the signature check that failed, where one did.</param>
/// <param name="Receipt">The receipt, when everything holds.</param>
/// <param name="Original">The message it answers, when everything holds.</param>
public sealed record ReceiptResult(ReceiptOutcome Outcome, VerifyOutcome? Verify, SignedMessage? Receipt, SignedMessage? Original)
{
    /// <summary>True when everything holds.</summary>
    [MemberNotNullWhen(true, nameof(Receipt), nameof(Original))]
    public bool IsReceived => Receipt is not null;
}

/// <summary>
/// Signed receipts of RFC 2634 section 2: the recipient signs the sender's signature value and the digest of what was signed. A receipt says
/// verified and durably stored; what becomes of the content is another matter.
/// </summary>
public static class SignedReceipt
{
    private const int Version = 1;

    /// <summary>Signs a receipt for a message.</summary>
    /// <param name="original">The message; it may have been checked without its content, for a receipt that is made up after a crash.</param>
    /// <param name="key">The recipient's signing key.</param>
    /// <param name="at">Signing time.</param>
    /// <returns>SignedData over the receipt, DER.</returns>
    /// <exception cref="ArgumentException">The message is not one that asks for a receipt, or is for somebody else.</exception>
    public static byte[] Create(SignedMessage original, SigningKey key, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(key);
        if (original.Context is not { } context || original.ReceiptIdentifier is null || context.Recipient != key.Owner)
        {
            throw new ArgumentException("The message asks for no receipt, or is for somebody else.", nameof(original));
        }

        var body = Body(original);
        var (tail, _) = SignedDataWriter.Sign(body, ContentTypes.Receipt, key, at, writer =>
        {
            SignedAttributes.Write(writer, Oids.ExchangeContext, context, static (it, value) => value.Write(it));
            SignedAttributes.Write(writer, Oids.MessageSignatureDigest, original.MessageHash.Span, static (it, hash) => it.WriteOctetString(hash));
        });
        return SignedDataLayout.Attached(ContentTypes.Receipt, body, tail);
    }

    /// <summary>Checks a receipt against the message it answers. Nothing but the two and the keys is needed, and not the content.</summary>
    /// <param name="receipt">The receipt, DER.</param>
    /// <param name="detachedOriginal">The signed message without its content, DER.</param>
    /// <param name="receiptSigners">Keys that may have signed the receipt.</param>
    /// <param name="originalSigners">Keys that may have signed the message.</param>
    public static ReceiptResult Verify(
        ReadOnlyMemory<byte> receipt, ReadOnlyMemory<byte> detachedOriginal, SignerRegistry receiptSigners, SignerRegistry originalSigners)
    {
        var original = SignedDataVerifier.VerifyDetached(detachedOriginal, ContentTypes.MappingBatch, originalSigners);
        if (!original.IsVerified)
        {
            return Refuse(ReceiptOutcome.OriginalNotVerified, original.Outcome);
        }

        var signed = SignedDataVerifier.Verify(receipt, ContentTypes.Receipt, receiptSigners);
        return signed.IsVerified ? Compare(signed.Message, original.Message) : Refuse(ReceiptOutcome.ReceiptNotVerified, signed.Outcome);
    }

    private static ReceiptResult Compare(SignedMessage receipt, SignedMessage original)
    {
        var answers = receipt.Content.Span.SequenceEqual(Body(original))
            && receipt.MessageSignatureDigest.Span.SequenceEqual(original.MessageHash.Span)
            && SameContext(receipt.Context!, original.Context!);
        if (!answers)
        {
            return Refuse(ReceiptOutcome.OtherMessage);
        }

        return receipt.Signer.Owner == original.Context!.Recipient
            ? new ReceiptResult(ReceiptOutcome.Received, null, receipt, original)
            : Refuse(ReceiptOutcome.NotTheRecipient);
    }

    private static bool SameContext(ExchangeContext one, ExchangeContext other) => Encode(one).AsSpan().SequenceEqual(Encode(other));

    private static byte[] Encode(ExchangeContext context)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        context.Write(writer);
        return writer.Encode();
    }

    // RFC 2634 section 2.8: version, type and identifier of the content, the sender's signature value.
    private static byte[] Body(SignedMessage original)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER, 256);
        using (writer.PushSequence())
        {
            writer.WriteInteger(Version);
            writer.WriteObjectIdentifier(original.ContentType);
            writer.WriteOctetString(original.ReceiptIdentifier);
            writer.WriteOctetString(original.Signature.Span);
        }

        return writer.Encode();
    }

    private static ReceiptResult Refuse(ReceiptOutcome outcome, VerifyOutcome? verify = null) => new(outcome, verify, null, null);
}
