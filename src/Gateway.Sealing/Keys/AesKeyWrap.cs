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
        using var cipher = new BlockCipher(keyEncryptionKey, encrypts: true);
        Wrap(cipher, key, wrapped);
    }

    /// <returns>False when the wrapped key was changed or wrapped under another key; then <paramref name="key"/> is zeros.</returns>
    public static bool TryUnwrap(ReadOnlySpan<byte> keyEncryptionKey, ReadOnlySpan<byte> wrapped, Span<byte> key)
    {
        using var cipher = new BlockCipher(keyEncryptionKey, encrypts: false);
        return TryUnwrap(cipher, wrapped, key);
    }

    /// <summary>Wraps with the cipher of a key-encryption key that encrypts.</summary>
    public static void Wrap(BlockCipher cipher, ReadOnlySpan<byte> key, Span<byte> wrapped)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyBytes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(wrapped.Length, WrappedBytes);
        var blocks = wrapped.Slice(BlockBytes, KeyBytes);
        key.CopyTo(blocks);
        var integrity = InitialValue;
        for (ulong step = 1; step <= Rounds * Blocks; step++)
        {
            var current = blocks.Slice((int)((step - 1) % Blocks) * BlockBytes, BlockBytes);
            integrity = cipher.Transform(integrity, current) ^ step;
        }

        BinaryPrimitives.WriteUInt64BigEndian(wrapped, integrity);
    }

    /// <summary>The same with the cipher of a key-encryption key that decrypts.</summary>
    public static bool TryUnwrap(BlockCipher cipher, ReadOnlySpan<byte> wrapped, Span<byte> key)
    {
        if (wrapped.Length != WrappedBytes)
        {
            return false;
        }

        wrapped[BlockBytes..].CopyTo(key);
        var integrity = BinaryPrimitives.ReadUInt64BigEndian(wrapped);
        for (ulong step = Rounds * Blocks; step >= 1; step--)
        {
            var current = key.Slice((int)((step - 1) % Blocks) * BlockBytes, BlockBytes);
            integrity = cipher.Transform(integrity ^ step, current);
        }

        if (integrity == InitialValue)
        {
            return true;
        }

        CryptographicOperations.ZeroMemory(key);
        return false;
    }
}
