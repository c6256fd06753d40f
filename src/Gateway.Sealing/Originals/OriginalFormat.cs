using System.Security.Cryptography;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Originals;

/// <summary>
/// The format of a sealed original, version 1: a large object for one or two named recipients, in chunks each of which is authentic by itself.
///
/// <code>
/// preamble    8  the bytes "GWORIG1" and a line feed
/// length      4  of the header, big-endian, 1 to 24 KiB
/// header         CMS AuthEnvelopedData around SignedData, profile GW-CMS-1, around the OriginalStatement: who, for whom, until when,
///                the stream id (16 random bytes) and the data key (32 random bytes)
/// commitment 32
/// chunks         each 64 KiB of ciphertext and a tag of 16; the last one is what is left, and shorter or as long
///
/// (chunk key, commitment) = HKDF-SHA256(data key, salt = stream id, info = "gateway original 1" || SHA-256(header), 64 bytes)
/// chunk = AES-256-GCM(chunk key, nonce = last || 0 0 0 || index, associated data = stream id)
/// </code>
///
/// What is bound where, and which attack that ends:
/// the index is in the nonce (a chunk that was moved, repeated or left out fails), the mark of the last chunk is in the nonce (a stream cut at a
/// chunk's end fails, and so does one with something after its end), the stream id and the header are in the key (a chunk of another stream
/// fails, also of one that the same sender made for the same recipients). Chunks but the last are full, and the last is empty only where it is
/// the only one: one object has one encoding. The commitment leaves one data key for one stream: AES-GCM alone lets a dishonest sender make
/// a ciphertext that two recipients open to two different objects. A data key seals one stream, so that a nonce never comes twice.
/// The signature covers the data key. So the signed statement proves the origin of every chunk to the recipients, and is as secret as the object.
/// </summary>
internal static class OriginalFormat
{
    public const int ChunkBytes = 64 * 1024;
    public const int TagBytes = 16;
    public const int StreamIdBytes = 16;
    public const int DataKeyBytes = 32;
    public const int CommitmentBytes = 32;
    public const int HeaderLengthBytes = 4;
    public const int HeaderBytesMax = 24 * 1024;

    private const int ChunkKeyBytes = 32;

    public static ReadOnlySpan<byte> Preamble => "GWORIG1\n"u8;

    /// <summary>Derives the key of the chunks and the commitment to the data key.</summary>
    public static void Derive(ReadOnlySpan<byte> dataKey, ReadOnlySpan<byte> streamId, ReadOnlySpan<byte> header, Span<byte> chunkKey, Span<byte> commitment)
    {
        Span<byte> info = stackalloc byte["gateway original 1"u8.Length + MerkleTree.HashBytes];
        "gateway original 1"u8.CopyTo(info);
        SHA256.HashData(header, info["gateway original 1"u8.Length..]);
        Span<byte> derived = stackalloc byte[ChunkKeyBytes + CommitmentBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, dataKey, derived, streamId, info);
        derived[..ChunkKeyBytes].CopyTo(chunkKey);
        derived[ChunkKeyBytes..].CopyTo(commitment);
        CryptographicOperations.ZeroMemory(derived);
    }
}
