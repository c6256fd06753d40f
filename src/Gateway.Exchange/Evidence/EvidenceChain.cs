using System.Security.Cryptography;
using System.Text;

namespace Gateway.Exchange.Evidence;

/// <summary>
/// The hash that ties an evidence event to everything before it: altering, dropping or reordering one breaks all that follow. It has two
/// steps, so that an event can be left out of what is shown and the chain still be followed over it:
///
///   digest = SHA-256(line of the event)
///   hash   = SHA-256("gateway.evidence.v1" LF previous hash LF digest LF), both in hexadecimal
///
/// Everything that is hashed is text: whoever has <c>sha256sum</c> can follow the chain (deploy/exchange-evidence.md).
/// </summary>
public static class EvidenceChain
{
    /// <summary>Length of a hash in bytes.</summary>
    public const int HashBytes = 32;

    /// <summary>Length of the salt of an event in bytes.</summary>
    public const int SaltBytes = 16;

    private const string Domain = "gateway.evidence.v1";

    /// <summary>The previous hash of the first event.</summary>
    public static ReadOnlyMemory<byte> Genesis { get; } = new byte[HashBytes];

    /// <summary>Digest of one event: SHA-256 of its line with the line feed. The salt in the line keeps it from being guessed.</summary>
    public static byte[] Digest(string line) => SHA256.HashData(Encoding.ASCII.GetBytes(line + '\n'));

    /// <summary>Hash of an event from the hash before it and the event's digest.</summary>
    public static byte[] Next(ReadOnlySpan<byte> previousHash, ReadOnlySpan<byte> digest) =>
        SHA256.HashData(Encoding.ASCII.GetBytes($"{Domain}\n{Convert.ToHexStringLower(previousHash)}\n{Convert.ToHexStringLower(digest)}\n"));

    /// <summary>Hash of an event from the hash before it and the event.</summary>
    public static byte[] Next(ReadOnlySpan<byte> previousHash, long position, ReadOnlySpan<byte> salt, EvidenceEvent evidence) =>
        Next(previousHash, Digest(EvidenceLine.Write(position, salt, evidence)));
}
