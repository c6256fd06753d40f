using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Exchange.Evidence;

/// <summary>The hash that ties an evidence event to everything before it: altering, dropping or reordering one breaks all that follow.</summary>
public static class EvidenceChain
{
    /// <summary>Length of a hash in bytes.</summary>
    public const int HashBytes = 32;

    private static readonly byte[] Domain = "gateway.evidence.v1"u8.ToArray();

    /// <summary>The previous hash of the first event.</summary>
    public static ReadOnlyMemory<byte> Genesis { get; } = new byte[HashBytes];

    /// <summary>SHA-256 over the domain, the position, the previous hash and every field with its length before it.</summary>
    public static byte[] Next(ReadOnlySpan<byte> previousHash, long position, EvidenceEvent evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Domain);
        Append(hash, previousHash);
        Append(hash, position);
        Append(hash, evidence.Name);
        Append(hash, evidence.Reason);
        Append(hash, evidence.At.ToUnixTimeMilliseconds());
        Append(hash, evidence.Sender);
        Append(hash, evidence.Recipient);
        Append(hash, evidence.AgreementId);
        Append(hash, evidence.Sequence);
        Append(hash, evidence.MessageHash.Span);
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, string text) => Append(hash, Encoding.UTF8.GetBytes(text));

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        Append(hash, bytes);
    }

    // The length in front keeps ("ab", "c") and ("a", "bc") apart.
    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
