using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gateway.Sealing.Originals;

/// <summary>Seals and opens the chunks of one stream, by their index and whether they are the last.</summary>
internal sealed class ChunkCipher : IDisposable
{
    private const int NonceBytes = 12;

    private readonly AesGcm _gcm;
    private readonly byte[] _streamId;

    private ChunkCipher(ReadOnlySpan<byte> key, ReadOnlySpan<byte> streamId)
    {
        _gcm = new AesGcm(key, OriginalFormat.TagBytes);
        _streamId = streamId.ToArray();
    }

    /// <summary>The cipher of a stream, and the commitment that stands before its chunks.</summary>
    public static ChunkCipher Of(OriginalStatement statement, ReadOnlySpan<byte> header, Span<byte> commitment)
    {
        Span<byte> key = stackalloc byte[OriginalFormat.DataKeyBytes];
        OriginalFormat.Derive(statement.DataKey, statement.StreamId, header, key, commitment);
        var cipher = new ChunkCipher(key, statement.StreamId);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }

    /// <summary>Seals a chunk; the tag goes to its end.</summary>
    public void Seal(long index, bool isLast, ReadOnlySpan<byte> plain, Span<byte> chunk)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        WriteNonce(nonce, index, isLast);
        _gcm.Encrypt(nonce, plain, chunk[..plain.Length], chunk[plain.Length..], _streamId);
    }

    /// <summary>Opens a chunk.</summary>
    /// <returns>False when it is not this chunk of this stream; then <paramref name="plain"/> is zeros.</returns>
    public bool TryOpen(long index, bool isLast, ReadOnlySpan<byte> chunk, Span<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        WriteNonce(nonce, index, isLast);
        try
        {
            _gcm.Decrypt(nonce, chunk[..^OriginalFormat.TagBytes], chunk[^OriginalFormat.TagBytes..], plain, _streamId);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            CryptographicOperations.ZeroMemory(plain);
            return false;
        }
    }

    public void Dispose() => _gcm.Dispose();

    private static void WriteNonce(Span<byte> nonce, long index, bool isLast)
    {
        nonce[0] = isLast ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64BigEndian(nonce[4..], index);
    }
}
