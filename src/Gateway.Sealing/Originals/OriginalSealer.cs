using System.Buffers.Binary;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Originals;

/// <summary>
/// Seals an original of any size for named recipients in constant memory. This is the reversible mode: whoever has a recipient's key can undo
/// a de-identification. Nothing in the gateway does it unless an operator asks for it by name.
/// </summary>
public static class OriginalSealer
{
    /// <summary>Most bytes of one original: 1 TiB, far below where AES-GCM would need a second key.</summary>
    public const long BytesMax = 1L << 40;

    /// <summary>Seals what a stream yields.</summary>
    /// <param name="original">The original, read to its end.</param>
    /// <param name="target">Where the sealed original goes. When this call throws, what is there is no sealed original and does not open.</param>
    /// <param name="context">Who, for whom, why, until when; its sender must be the owner of the key, its recipients those of the other keys.</param>
    /// <param name="signer">Our key.</param>
    /// <param name="recipients">Keys of the recipients, in the order of the context.</param>
    /// <param name="at">Signing time; whole seconds are kept.</param>
    /// <param name="cancellationToken">Ends the sealing early.</param>
    /// <returns>Bytes of the original.</returns>
    /// <exception cref="ArgumentException">The context is out of bounds or does not name the keys' owners.</exception>
    /// <exception cref="InvalidDataException">The original is larger than <see cref="BytesMax"/>.</exception>
    public static Task<long> SealAsync(
        Stream original, Stream target, OriginalContext context, SigningKey signer, IReadOnlyList<EncryptionKey> recipients, DateTimeOffset at, CancellationToken cancellationToken) =>
        SealAsync(original, target, context, signer, recipients, at, OriginalFormat.ChunkBytes, cancellationToken);

    internal static async Task<long> SealAsync(
        Stream original,
        Stream target,
        OriginalContext context,
        SigningKey signer,
        IReadOnlyList<EncryptionKey> recipients,
        DateTimeOffset at,
        int chunkBytes,
        CancellationToken cancellationToken)
    {
        RequireOwners(context, signer, recipients);

        // 1 the header: statement, signed, in an envelope
        using var statement = OriginalStatement.New(context);
        var header = Header(statement, signer, recipients, at);
        var head = new byte[OriginalFormat.Preamble.Length + OriginalFormat.HeaderLengthBytes + header.Length + OriginalFormat.CommitmentBytes];
        OriginalFormat.Preamble.CopyTo(head);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(OriginalFormat.Preamble.Length), header.Length);
        header.CopyTo(head, OriginalFormat.Preamble.Length + OriginalFormat.HeaderLengthBytes);

        // 2 the commitment to the key, then the chunks
        using var cipher = ChunkCipher.Of(statement, header, head.AsSpan(^OriginalFormat.CommitmentBytes..));
        await target.WriteAsync(head, cancellationToken);
        return await SealChunksAsync(original, target, cipher, chunkBytes, cancellationToken);
    }

    private static void RequireOwners(OriginalContext context, SigningKey signer, IReadOnlyList<EncryptionKey> recipients)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(signer);
        ArgumentNullException.ThrowIfNull(recipients);
        if (!context.IsInBounds)
        {
            throw new ArgumentException("A field of the context is out of bounds.", nameof(context));
        }

        if (context.Sender != signer.Owner || !context.Recipients.SequenceEqual(recipients.Select(recipient => recipient.Owner)))
        {
            throw new ArgumentException("The context names another sender or other recipients than the keys.", nameof(context));
        }
    }

    private static byte[] Header(OriginalStatement statement, SigningKey signer, IReadOnlyList<EncryptionKey> recipients, DateTimeOffset at)
    {
        var content = statement.Encode();
        var (tail, _) = SignedDataWriter.Sign(content, ContentTypes.SealedOriginal, signer, at, more: null);
        var header = Envelope.Seal(SignedDataLayout.Head(ContentTypes.SealedOriginal, content.Length, tail.Length), content, tail, [.. recipients]);
        SecretFile.Forget(content);
        return header;
    }

    private static async Task<long> SealChunksAsync(Stream original, Stream target, ChunkCipher cipher, int chunkBytes, CancellationToken cancellationToken)
    {
        using var reader = new ChunkReader(original, chunkBytes);
        var chunk = new byte[chunkBytes + OriginalFormat.TagBytes];
        var total = 0L;
        for (long index = 0; ; index++)
        {
            var (plain, isLast) = await reader.ReadAsync(cancellationToken);
            total += plain.Length;
            if (total > BytesMax)
            {
                throw new InvalidDataException($"an original has at most {BytesMax} bytes; seal it in parts");
            }

            var length = plain.Length + OriginalFormat.TagBytes;
            cipher.Seal(index, isLast, plain.Span, chunk.AsSpan(0, length));
            await target.WriteAsync(chunk.AsMemory(0, length), cancellationToken);
            if (isLast)
            {
                await target.FlushAsync(cancellationToken);
                return total;
            }
        }
    }
}
