using System.Security.Cryptography;

namespace Gateway.Sealing.Keys;

/// <summary>
/// Encrypts records at rest: AES-256-GCM under a data key of its own for each record, the data key wrapped (RFC 3394) by the node's
/// key-encryption key. Destroying a wrapped key is the erasure of its record.
/// </summary>
public sealed class RecordVault : IDisposable
{
    /// <summary>Largest record.</summary>
    public const int PlaintextBytesMax = 1024 * 1024;

    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] _keyEncryptionKey;
    private readonly KeptKeyWrap _wrap;
    private bool _isDisposed;

    /// <summary>Takes the key-encryption key.</summary>
    /// <param name="keyEncryptionKey">32 bytes; derived from, not used as it is.</param>
    public RecordVault(ReadOnlySpan<byte> keyEncryptionKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(keyEncryptionKey.Length, AesKeyWrap.KeyBytes);
        _keyEncryptionKey = HKDF.Expand(HashAlgorithmName.SHA256, keyEncryptionKey.ToArray(), AesKeyWrap.KeyBytes, "gateway.record-vault.v1"u8.ToArray());
        _wrap = new KeptKeyWrap(_keyEncryptionKey);
    }

    /// <summary>The same with the key of a file.</summary>
    /// <exception cref="InvalidDataException">The file is missing, others may read it, or it does not hold 32 bytes.</exception>
    public static RecordVault Load(string storageKeyPath)
    {
        var key = SecretFile.Read32(storageKeyPath);
        try
        {
            return new RecordVault(key);
        }
        finally
        {
            SecretFile.Forget(key);
        }
    }

    /// <summary>Encrypts a record.</summary>
    /// <param name="plaintext">The record.</param>
    /// <param name="associatedData">Where it belongs; it opens nowhere else.</param>
    /// <exception cref="ArgumentOutOfRangeException">The record is larger than <see cref="PlaintextBytesMax"/>.</exception>
    public (byte[] WrappedKey, byte[] Ciphertext) Protect(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        // After disposal the key is 32 zeros, and a record under that is open to everybody.
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(plaintext.Length, PlaintextBytesMax);
        Span<byte> random = stackalloc byte[AesKeyWrap.KeyBytes + NonceBytes];
        RandomNumberGenerator.Fill(random);
        var dataKey = random[..AesKeyWrap.KeyBytes];
        var wrapped = new byte[AesKeyWrap.WrappedBytes];
        _wrap.Wrap(dataKey, wrapped);
        var sealedRecord = new byte[NonceBytes + plaintext.Length + TagBytes];
        var nonce = sealedRecord.AsSpan(0, NonceBytes);
        random[AesKeyWrap.KeyBytes..].CopyTo(nonce);
        using (var gcm = new AesGcm(dataKey, TagBytes))
        {
            gcm.Encrypt(nonce, plaintext, sealedRecord.AsSpan(NonceBytes, plaintext.Length), sealedRecord.AsSpan(^TagBytes..), associatedData);
        }

        CryptographicOperations.ZeroMemory(dataKey);
        return (wrapped, sealedRecord);
    }

    /// <summary>Opens a record.</summary>
    /// <returns>False when anything was changed, belongs elsewhere, or the data key was destroyed.</returns>
    public bool TryOpen(ReadOnlySpan<byte> wrappedKey, ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> associatedData, out byte[] plaintext)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        plaintext = [];
        Span<byte> dataKey = stackalloc byte[AesKeyWrap.KeyBytes];
        if (ciphertext.Length is < NonceBytes + TagBytes or > PlaintextBytesMax + NonceBytes + TagBytes || !_wrap.TryUnwrap(wrappedKey, dataKey))
        {
            return false;
        }

        var opened = new byte[ciphertext.Length - NonceBytes - TagBytes];
        try
        {
            using var gcm = new AesGcm(dataKey, TagBytes);
            gcm.Decrypt(ciphertext[..NonceBytes], ciphertext[NonceBytes..^TagBytes], ciphertext[^TagBytes..], opened, associatedData);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(dataKey);
        }

        plaintext = opened;
        return true;
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _wrap.Dispose();
        CryptographicOperations.ZeroMemory(_keyEncryptionKey);
    }
}
