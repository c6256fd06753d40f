using System.Buffers.Binary;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Originals;
using Gateway.TestKit;
using Gateway.TestKit.Pki;

namespace Gateway.Sealing.Tests.Originals;

/// <summary>A sealed original in small chunks, to be taken apart: of Alpha, for Beta.</summary>
internal static class SealedOriginal
{
    public const int ChunkBytes = 64;
    public const int SealedChunkBytes = ChunkBytes + OriginalFormat.TagBytes;

    private const int BeforeHeader = 12;

    public static byte[] Content(int bytes) => new SeededGenerator((ulong)bytes + 1).Bytes(bytes);

    public static OriginalContext Context(params TestProvider[] recipients) =>
        new(Some.Alpha.Uri, [.. recipients.Select(recipient => recipient.Uri)], "agreement-1", "lawful-request", Some.Time.AddDays(30));

    public static byte[] Of(byte[] content, OriginalContext? context = null, SigningKey? signer = null, params TestProvider[] recipients)
    {
        TestProvider[] named = recipients.Length > 0 ? recipients : [Some.Beta];
        using var target = new MemoryStream();
        OriginalSealer.SealAsync(
            new MemoryStream(content), target, context ?? Context(named), signer ?? Some.Alpha.Signing, [.. named.Select(recipient => recipient.Encryption)], Some.Time, ChunkBytes, default)
            .GetAwaiter().GetResult();
        return target.ToArray();
    }

    /// <summary>Opens as Beta, who knows Alpha, and says what reached the sink.</summary>
    public static (OriginalResult Result, byte[] Released) Open(byte[] original, TestProvider? me = null, SignerRegistry? signers = null, DateTimeOffset? now = null)
    {
        using var sink = new MemoryStream();
        var result = OriginalOpener.OpenAsync(
            new MemoryStream(original), sink, (me ?? Some.Beta).Decryption, signers ?? Some.Alpha.Signers, now ?? Some.Time, ChunkBytes, default)
            .GetAwaiter().GetResult();
        Assert.Equal(sink.Length, result.ReleasedBytes);
        return (result, sink.ToArray());
    }

    public static byte[] Header(byte[] original) => original[BeforeHeader..(BeforeHeader + BinaryPrimitives.ReadInt32BigEndian(original.AsSpan(8)))];

    /// <summary>Where the first chunk begins.</summary>
    public static int ChunksAt(byte[] original) => BeforeHeader + Header(original).Length + OriginalFormat.CommitmentBytes;

    public static byte[][] Chunks(byte[] original) => [.. original[ChunksAt(original)..].Chunk(SealedChunkBytes)];

    /// <summary>The same head with other chunks.</summary>
    public static byte[] With(byte[] original, params byte[][] chunks) => [.. original[..ChunksAt(original)], .. chunks.SelectMany(chunk => chunk)];

    /// <summary>The same chunks behind another header.</summary>
    public static byte[] WithHeader(byte[] original, byte[] header)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, header.Length);
        return [.. original[..8], .. length, .. header, .. original[(ChunksAt(original) - OriginalFormat.CommitmentBytes)..]];
    }
}
