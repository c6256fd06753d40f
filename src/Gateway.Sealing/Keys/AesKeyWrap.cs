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
        using var cipher = new BlockCipher(keyEncryptionKey, encrypts: true);
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

    /// <returns>False when the wrapped key was changed or wrapped under another key; then <paramref name="key"/> is zeros.</returns>
    public static bool TryUnwrap(ReadOnlySpan<byte> keyEncryptionKey, ReadOnlySpan<byte> wrapped, Span<byte> key)
    {
        if (wrapped.Length != WrappedBytes)
        {
            return false;
        }

        using var cipher = new BlockCipher(keyEncryptionKey, encrypts: false);
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

    /// <summary>
    /// AES on one block at a time under one key. One transform for all 24 steps: a one-shot call sets the key up anew each time, which costs six
    /// times as much as everything else here together.
    /// </summary>
    private sealed class BlockCipher : IDisposable
    {
        private readonly Aes _aes = Aes.Create();
        private readonly ICryptoTransform _transform;
        private readonly byte[] _block = new byte[2 * BlockBytes];
        private readonly byte[] _transformed = new byte[2 * BlockBytes];

        public BlockCipher(ReadOnlySpan<byte> key, bool encrypts)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeyBytes);
            (_aes.Mode, _aes.Padding) = (CipherMode.ECB, PaddingMode.None);
            _aes.SetKey(key);
            _transform = encrypts ? _aes.CreateEncryptor() : _aes.CreateDecryptor();
        }

        /// <summary>Transforms {integrity, half} as one block; the second half goes back to where it came from, the first is returned.</summary>
        public ulong Transform(ulong integrity, Span<byte> half)
        {
            BinaryPrimitives.WriteUInt64BigEndian(_block, integrity);
            half.CopyTo(_block.AsSpan(BlockBytes));
            _transform.TransformBlock(_block, 0, _block.Length, _transformed, 0);
            _transformed.AsSpan(BlockBytes).CopyTo(half);
            return BinaryPrimitives.ReadUInt64BigEndian(_transformed);
        }

        public void Dispose()
        {
            CryptographicOperations.ZeroMemory(_block);
            CryptographicOperations.ZeroMemory(_transformed);
            _transform.Dispose();
            _aes.Dispose();
        }
    }
}
