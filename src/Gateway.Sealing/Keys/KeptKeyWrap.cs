using System.Collections.Concurrent;

namespace Gateway.Sealing.Keys;

/// <summary>
/// Key wrap under one key-encryption key that stays, by any number of callers at once. Ciphers are kept between uses, one a caller at a time:
/// setting one up costs as much as a wrap.
/// </summary>
internal sealed class KeptKeyWrap(byte[] keyEncryptionKey) : IDisposable
{
    private readonly ConcurrentBag<BlockCipher> _encrypting = [];
    private readonly ConcurrentBag<BlockCipher> _decrypting = [];
    private volatile bool _isDisposed;

    /// <summary>As <see cref="AesKeyWrap.Wrap(BlockCipher, ReadOnlySpan{byte}, Span{byte})"/>.</summary>
    public void Wrap(ReadOnlySpan<byte> key, Span<byte> wrapped)
    {
        var cipher = Take(_encrypting, encrypts: true);
        AesKeyWrap.Wrap(cipher, key, wrapped);
        GiveBack(_encrypting, cipher);
    }

    /// <summary>As <see cref="AesKeyWrap.TryUnwrap(BlockCipher, ReadOnlySpan{byte}, Span{byte})"/>.</summary>
    public bool TryUnwrap(ReadOnlySpan<byte> wrapped, Span<byte> key)
    {
        var cipher = Take(_decrypting, encrypts: false);
        var unwrapped = AesKeyWrap.TryUnwrap(cipher, wrapped, key);
        GiveBack(_decrypting, cipher);
        return unwrapped;
    }

    /// <summary>Forgets the ciphers, and with each of them its copy of the key.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        Empty(_encrypting);
        Empty(_decrypting);
    }

    private BlockCipher Take(ConcurrentBag<BlockCipher> kept, bool encrypts)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return kept.TryTake(out var cipher) ? cipher : new BlockCipher(keyEncryptionKey, encrypts);
    }

    private void GiveBack(ConcurrentBag<BlockCipher> kept, BlockCipher cipher)
    {
        cipher.Forget();
        kept.Add(cipher);
        if (_isDisposed)
        {
            Empty(kept);
        }
    }

    private static void Empty(ConcurrentBag<BlockCipher> kept)
    {
        while (kept.TryTake(out var cipher))
        {
            cipher.Dispose();
        }
    }
}
