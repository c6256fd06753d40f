using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Sealing.Keys;

/// <summary>
/// HMAC-SHA256 under a key for one use. A plain hash of a guessable value lets anybody confirm a guess (X-10, D-27); this does not.
/// </summary>
public sealed class KeyedDigest : IDisposable
{
    /// <summary>Length of a digest in bytes.</summary>
    public const int DigestBytes = 32;

    private const int LabelCharsMax = 64;
    private const int BytesAtOnce = 1024;

    private readonly byte[] _key;
    private bool _isDisposed;

    /// <summary>Derives the key of one use from a secret (HKDF-SHA256, RFC 5869).</summary>
    /// <param name="secret">At least 32 bytes.</param>
    /// <param name="label">The use, 1 to 64 ASCII characters; other labels give unrelated digests.</param>
    public KeyedDigest(ReadOnlySpan<byte> secret, string label)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(secret.Length, DigestBytes);
        ArgumentException.ThrowIfNullOrEmpty(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(label.Length, LabelCharsMax);
        if (!Ascii.IsValid(label))
        {
            throw new ArgumentException("A label is ASCII: one that looks the same must be the same.", nameof(label));
        }

        _key = new byte[DigestBytes];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, _key, [], Encoding.UTF8.GetBytes("gateway.keyed-digest.v1:" + label));
    }

    /// <summary>The same with the secret of a file.</summary>
    /// <exception cref="InvalidDataException">The file is missing, others may read it, or it does not hold 32 bytes.</exception>
    public static KeyedDigest Load(string path, string label)
    {
        var secret = SecretFile.Read32(path);
        try
        {
            return new KeyedDigest(secret, label);
        }
        finally
        {
            SecretFile.Forget(secret);
        }
    }

    /// <summary>Digest of the parts; each goes in with its length, so that ("ab", "c") and ("a", "bc") differ.</summary>
    public byte[] Compute(params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        // After disposal the key is 32 zeros, and anybody can compute a digest under that.
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var total = 0;
        foreach (var part in parts)
        {
            total = checked(total + sizeof(int) + part.Length);
        }

        // In one call: a digest in parts costs as much again to set up. What is digested may identify somebody, and is forgotten after.
        var all = total <= BytesAtOnce ? stackalloc byte[BytesAtOnce] : new byte[total];
        var end = 0;
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteInt32BigEndian(all[end..], part.Length);
            part.Span.CopyTo(all[(end + sizeof(int))..]);
            end += sizeof(int) + part.Length;
        }

        var digest = HMACSHA256.HashData(_key, all[..end]);
        CryptographicOperations.ZeroMemory(all);
        return digest;
    }

    /// <summary>Digest of one value that needs no separation from others, such as a whole file.</summary>
    public byte[] Compute(ReadOnlySpan<byte> value)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return HMACSHA256.HashData(_key, value);
    }

    /// <summary>Forgets the key.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        CryptographicOperations.ZeroMemory(_key);
    }
}
