using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gateway.Sealing.Keys;

/// <summary>
/// AES-256 on one block at a time under one key, as the key wrap needs it: one transform of the platform for all 24 steps of a wrap, because a
/// one-shot call sets the key up anew each time. For one caller at a time.
/// </summary>
internal sealed class BlockCipher : IDisposable
{
    private const int HalfBytes = 8;

    private readonly ICryptoTransform _transform;
    private readonly byte[] _block = new byte[2 * HalfBytes];

    /// <param name="key">32 bytes.</param>
    /// <param name="encrypts">The direction; a cipher has one.</param>
    public BlockCipher(ReadOnlySpan<byte> key, bool encrypts)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, AesKeyWrap.KeyBytes);
        using var aes = Aes.Create();
        (aes.Mode, aes.Padding) = (CipherMode.ECB, PaddingMode.None);
        aes.SetKey(key);
        _transform = encrypts ? aes.CreateEncryptor() : aes.CreateDecryptor();
    }

    /// <summary>Transforms {integrity, half} as one block; the second half goes back to where it came from, the first is returned.</summary>
    public ulong Transform(ulong integrity, Span<byte> half)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_block, integrity);
        half.CopyTo(_block.AsSpan(HalfBytes));
        _transform.TransformBlock(_block, 0, _block.Length, _block, 0);
        _block.AsSpan(HalfBytes).CopyTo(half);
        return BinaryPrimitives.ReadUInt64BigEndian(_block);
    }

    /// <summary>Forgets the last block: between two uses it would be a piece of somebody's key.</summary>
    public void Forget() => CryptographicOperations.ZeroMemory(_block);

    public void Dispose()
    {
        Forget();
        _transform.Dispose();
    }
}
