using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gateway.Sealing.Keys;

/// <summary>AES key wrap of RFC 3394 for 256-bit keys under 256-bit keys; the platform has only the padded form of RFC 5649.</summary>
internal static class AesKeyWrap
{
    public const int KeyBytes = 32;
    public const int WrappedBytes = KeyBytes + BlockBytes;

    private const int BlockBytes = 8;
    private const int Blocks = KeyBytes / BlockBytes;
    private const int Rounds = 6;
    private const ulong InitialValue = 0xA6A6A6A6A6A6A6A6; // RFC 3394 section 2.2.3.1

    public static void Wrap(ReadOnlySpan<byte> keyEncryptionKey, ReadOnlySpan<byte> key, Span<byte> wrapped)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyBytes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(wrapped.Length, WrappedBytes);
        using var aes = NewAes(keyEncryptionKey);
        Span<byte> block = stackalloc byte[2 * BlockBytes];
        var blocks = wrapped.Slice(BlockBytes, KeyBytes);
        key.CopyTo(blocks);
        var integrity = InitialValue;
        for (ulong step = 1; step <= Rounds * Blocks; step++)
        {
            var current = blocks.Slice((int)((step - 1) % Blocks) * BlockBytes, BlockBytes);
            BinaryPrimitives.WriteUInt64BigEndian(block, integrity);
            current.CopyTo(block[BlockBytes..]);
            aes.EncryptEcb(block, block, PaddingMode.None);
            integrity = BinaryPrimitives.ReadUInt64BigEndian(block) ^ step;
            block[BlockBytes..].CopyTo(current);
        }

        BinaryPrimitives.WriteUInt64BigEndian(wrapped, integrity);
        CryptographicOperations.ZeroMemory(block);
    }

    /// <returns>False when the wrapped key was changed or wrapped under another key; then <paramref name="key"/> is zeros.</returns>
    public static bool TryUnwrap(ReadOnlySpan<byte> keyEncryptionKey, ReadOnlySpan<byte> wrapped, Span<byte> key)
    {
        if (wrapped.Length != WrappedBytes)
        {
            return false;
        }

        using var aes = NewAes(keyEncryptionKey);
        Span<byte> block = stackalloc byte[2 * BlockBytes];
        wrapped[BlockBytes..].CopyTo(key);
        var integrity = BinaryPrimitives.ReadUInt64BigEndian(wrapped);
        for (ulong step = Rounds * Blocks; step >= 1; step--)
        {
            var current = key.Slice((int)((step - 1) % Blocks) * BlockBytes, BlockBytes);
            BinaryPrimitives.WriteUInt64BigEndian(block, integrity ^ step);
            current.CopyTo(block[BlockBytes..]);
            aes.DecryptEcb(block, block, PaddingMode.None);
            integrity = BinaryPrimitives.ReadUInt64BigEndian(block);
            block[BlockBytes..].CopyTo(current);
        }

        CryptographicOperations.ZeroMemory(block);
        if (integrity == InitialValue)
        {
            return true;
        }

        CryptographicOperations.ZeroMemory(key);
        return false;
    }

    private static Aes NewAes(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyBytes);
        var aes = Aes.Create();
        aes.SetKey(key);
        return aes;
    }
}
