using System.Buffers.Binary;
using System.Formats.Asn1;
using System.Security.Cryptography;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Originals;

/// <summary>
/// Opens a sealed original in constant memory. A byte is released only after the chunk it is in was found authentic at its place; after the
/// first chunk that is not, nothing more is. Only <see cref="OriginalOutcome.Opened"/> says that the original is whole: whoever keeps what was
/// released under any other outcome keeps an authentic beginning of it.
/// </summary>
public static class OriginalOpener
{
    /// <summary>Opens what a stream yields.</summary>
    /// <param name="source">The sealed original.</param>
    /// <param name="sink">Where the original goes.</param>
    /// <param name="me">Our key.</param>
    /// <param name="signers">Keys that may have signed.</param>
    /// <param name="now">Time against which its end is checked.</param>
    /// <param name="cancellationToken">Ends the opening early.</param>
    public static Task<OriginalResult> OpenAsync(
        Stream source, Stream sink, DecryptionKey me, SignerRegistry signers, DateTimeOffset now, CancellationToken cancellationToken) =>
        OpenAsync(source, sink, me, signers, now, OriginalFormat.ChunkBytes, cancellationToken);

    internal static async Task<OriginalResult> OpenAsync(
        Stream source, Stream sink, DecryptionKey me, SignerRegistry signers, DateTimeOffset now, int chunkBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(sink);

        // 1 the header, by its size first
        if (await ReadHeaderAsync(source, cancellationToken) is not { } header)
        {
            return Refuse(OriginalOutcome.NotAnOriginal);
        }

        // 2 envelope, signature, statement: everything of the sealing profile before anything in it is believed
        var (refusal, statement) = OpenHeader(header, me, signers, now);
        if (statement is null)
        {
            return refusal!;
        }

        using (statement)
        {
            // 3 one key for these chunks
            var expected = new byte[OriginalFormat.CommitmentBytes];
            using var cipher = ChunkCipher.Of(statement, header, expected);
            var commitment = new byte[OriginalFormat.CommitmentBytes];
            var read = await source.ReadAtLeastAsync(commitment, commitment.Length, throwOnEndOfStream: false, cancellationToken);
            if (read < commitment.Length || !CryptographicOperations.FixedTimeEquals(expected, commitment))
            {
                return Refuse(read < commitment.Length ? OriginalOutcome.Truncated : OriginalOutcome.OtherKey, context: statement.Context);
            }

            // 4 chunk by chunk
            var (outcome, released) = await OpenChunksAsync(source, sink, cipher, chunkBytes, cancellationToken);
            return new OriginalResult(outcome, OpenOutcome.Opened, VerifyOutcome.Verified, statement.Context, released);
        }
    }

    private static OriginalResult Refuse(
        OriginalOutcome outcome, OpenOutcome? open = OpenOutcome.Opened, VerifyOutcome? verify = VerifyOutcome.Verified, OriginalContext? context = null) =>
        new(outcome, outcome == OriginalOutcome.NotAnOriginal ? null : open, outcome == OriginalOutcome.NotAnOriginal ? null : verify, context, 0);

    private static async Task<byte[]?> ReadHeaderAsync(Stream source, CancellationToken cancellationToken)
    {
        var start = new byte[OriginalFormat.Preamble.Length + OriginalFormat.HeaderLengthBytes];
        if (await source.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken) < start.Length
            || !start.AsSpan().StartsWith(OriginalFormat.Preamble))
        {
            return null;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(start.AsSpan(OriginalFormat.Preamble.Length));
        if (length is < 1 or > OriginalFormat.HeaderBytesMax)
        {
            return null;
        }

        var header = new byte[length];
        return await source.ReadAtLeastAsync(header, length, throwOnEndOfStream: false, cancellationToken) == length ? header : null;
    }

    private static (OriginalResult? Refusal, OriginalStatement? Statement) OpenHeader(byte[] header, DecryptionKey me, SignerRegistry signers, DateTimeOffset now)
    {
        var (open, inner) = Envelope.Open(header, me);
        if (open != OpenOutcome.Opened)
        {
            return (Refuse(OriginalOutcome.HeaderNotOpened, open, verify: null), null);
        }

        try
        {
            var verified = SignedDataVerifier.Verify(inner, ContentTypes.SealedOriginal, signers);
            return verified.IsVerified
                ? ReadStatement(verified.Message, me, now)
                : (Refuse(OriginalOutcome.HeaderNotVerified, open, verified.Outcome), null);
        }
        finally
        {
            SecretFile.Forget(inner!); // the data key is in it
        }
    }

    private static (OriginalResult? Refusal, OriginalStatement? Statement) ReadStatement(SignedMessage message, DecryptionKey me, DateTimeOffset now)
    {
        OriginalStatement? statement;
        try
        {
            statement = OriginalStatement.Read(message.Content);
        }
        catch (AsnContentException)
        {
            statement = null;
        }

        OriginalOutcome? fault = statement?.Context switch
        {
            null => OriginalOutcome.StatementMalformed,
            var context when context.Sender != message.Signer.Owner => OriginalOutcome.SenderIsNotSigner,

            // A recipient who seals our statement again to somebody else cannot add a name under our signature.
            var context when !context.Recipients.Contains(me.Owner) => OriginalOutcome.NotForUs,
            var context when context.NotAfter <= now => OriginalOutcome.Expired,
            _ => null,
        };
        if (fault is null)
        {
            return (null, statement);
        }

        var told = fault == OriginalOutcome.SenderIsNotSigner ? null : statement?.Context;
        statement?.Dispose();
        return (Refuse(fault.Value, context: told), null);
    }

    private static async Task<(OriginalOutcome Outcome, long Released)> OpenChunksAsync(
        Stream source, Stream sink, ChunkCipher cipher, int chunkBytes, CancellationToken cancellationToken)
    {
        using var reader = new ChunkReader(source, chunkBytes + OriginalFormat.TagBytes);
        var plain = GC.AllocateUninitializedArray<byte>(chunkBytes, pinned: true);
        var released = 0L;
        try
        {
            for (long index = 0; ; index++)
            {
                var (chunk, isLast) = await reader.ReadAsync(cancellationToken);
                var length = chunk.Length - OriginalFormat.TagBytes;
                if (Judge(cipher, index, isLast, chunk.Span, plain) is { } fault)
                {
                    return (fault, released);
                }

                if (released + length > OriginalSealer.BytesMax)
                {
                    return (OriginalOutcome.TooLarge, released);
                }

                await sink.WriteAsync(plain.AsMemory(0, length), cancellationToken);
                released += length;
                if (isLast)
                {
                    await sink.FlushAsync(cancellationToken);
                    return (OriginalOutcome.Opened, released);
                }
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    /// <summary>Opens a chunk into <paramref name="plain"/>, or says what is wrong.</summary>
    private static OriginalOutcome? Judge(ChunkCipher cipher, long index, bool isLast, ReadOnlySpan<byte> chunk, Span<byte> plain)
    {
        var length = chunk.Length - OriginalFormat.TagBytes;
        if (length < 0)
        {
            return OriginalOutcome.Truncated;
        }

        // An empty end after other chunks would be a second encoding of the same original.
        if (length == 0 && index > 0)
        {
            return cipher.TryOpen(index, isLast: true, chunk, []) ? OriginalOutcome.ChunkNotAuthentic : OriginalOutcome.Truncated;
        }

        if (cipher.TryOpen(index, isLast, chunk, plain[..length]))
        {
            return null;
        }

        // The stream ends here, but with a chunk that is authentic and not the last: it was cut. For the one who has to ask for it again.
        var isCut = isLast && cipher.TryOpen(index, isLast: false, chunk, plain[..length]);
        CryptographicOperations.ZeroMemory(plain);
        return isCut ? OriginalOutcome.Truncated : OriginalOutcome.ChunkNotAuthentic;
    }
}
