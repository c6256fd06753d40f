using System.Buffers.Binary;
using System.Security.Cryptography;
using Gateway.Exchange.Delivery;

namespace Gateway.Exchange.Ledgers;

/// <summary>Which of the two ledgers of a channel.</summary>
public enum LedgerSide
{
    /// <summary>What the sender sealed.</summary>
    Sent,

    /// <summary>What the receiver kept.</summary>
    Received,
}

/// <summary>One message in a ledger.</summary>
/// <param name="Sequence">Its sequence.</param>
/// <param name="MessageHash">SHA-256 of its signed attributes; content, count, Merkle root and the hash before it are under it.</param>
public sealed record LedgerEntry(long Sequence, ReadOnlyMemory<byte> MessageHash);

/// <summary>The running digest of a ledger at one position.</summary>
/// <param name="Position">Number of messages up to here.</param>
/// <param name="Digest">Running digest, 32 bytes; empty when the ledger does not go so far.</param>
public readonly record struct LedgerPoint(long Position, ReadOnlyMemory<byte> Digest);

/// <summary>
/// Digests of a ledger. They are computed anew from what is kept, never carried along in a column: a store that lost or changed a row must not
/// go on stating the digest it once had.
/// </summary>
internal sealed class ChannelLedger(ILedgerStore store, LedgerSide side)
{
    private const int Page = 1000;

    private static readonly byte[] Domain = "gateway.ledger.v1"u8.ToArray();

    /// <summary>The digests at these positions, which ascend.</summary>
    public async Task<IReadOnlyList<LedgerPoint>> ReadAsync(ChannelKey channel, IReadOnlyList<long> positions, CancellationToken cancellationToken)
    {
        var points = new List<LedgerPoint>(positions.Count);
        var digest = new byte[SHA256.HashSizeInBytes];
        var position = 0L;
        while (points.Count < positions.Count)
        {
            var page = await store.ReadLedgerAsync(side, channel, position, Page, cancellationToken);
            foreach (var entry in page)
            {
                // A hole is where the ledger ends: what follows it has no place.
                if (entry.Sequence != position + 1)
                {
                    return [.. points, .. Beyond(positions, points.Count)];
                }

                position = entry.Sequence;
                digest = Next(digest, entry);
                if (points.Count < positions.Count && positions[points.Count] == position)
                {
                    points.Add(new LedgerPoint(position, digest));
                }
            }

            if (page.Count < Page)
            {
                break;
            }
        }

        return [.. points, .. Beyond(positions, points.Count)];
    }

    /// <summary>SHA-256 over the domain, the digest before, the sequence and the message hash.</summary>
    public static byte[] Next(ReadOnlySpan<byte> before, LedgerEntry entry)
    {
        Span<byte> sequence = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(sequence, entry.Sequence);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Domain);
        hash.AppendData(before);
        hash.AppendData(sequence);
        hash.AppendData(entry.MessageHash.Span);
        return hash.GetHashAndReset();
    }

    private static IEnumerable<LedgerPoint> Beyond(IReadOnlyList<long> positions, int known) =>
        positions.Skip(known).Select(position => new LedgerPoint(position, default));
}
