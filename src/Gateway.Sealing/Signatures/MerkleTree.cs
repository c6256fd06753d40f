using System.Security.Cryptography;

namespace Gateway.Sealing.Signatures;

/// <summary>
/// The Merkle tree of RFC 9162 section 2.1 with SHA-256: one signature over a root gives every item a proof of its own, which shows nothing of
/// the others.
/// </summary>
public static class MerkleTree
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashBytes = 32;

    private const int LeafBytesAtOnce = 1024;
    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;

    /// <summary>Hash of a leaf: SHA-256(0x00 || item).</summary>
    public static byte[] LeafHash(ReadOnlySpan<byte> item)
    {
        // In one call where it fits, as every mapping does: a hash in parts costs as much again to set up.
        if (item.Length < LeafBytesAtOnce)
        {
            Span<byte> leaf = stackalloc byte[LeafBytesAtOnce];
            leaf[0] = LeafPrefix;
            item.CopyTo(leaf[1..]);
            return SHA256.HashData(leaf[..(1 + item.Length)]);
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([LeafPrefix]);
        hash.AppendData(item);
        return hash.GetHashAndReset();
    }

    /// <summary>Root over the items; SHA-256 of nothing for none.</summary>
    public static byte[] Root(IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return Levels(items) is { Count: > 0 } levels ? levels[^1][0] : SHA256.HashData([]);
    }

    /// <summary>Root and, for every item, its inclusion path: the hashes beside its way to the root, 32 bytes a step.</summary>
    public static (byte[] Root, IReadOnlyList<ReadOnlyMemory<byte>> Paths) RootAndPaths(IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfZero(items.Count);
        var levels = Levels(items);
        return (levels[^1][0], [.. Enumerable.Range(0, items.Count).Select(index => Path(levels, index))]);
    }

    /// <summary>The hashes of all leaves, one after the other: kept beside a message they give any of its items a path later, without the items.</summary>
    public static byte[] LeafHashes(IReadOnlyList<ReadOnlyMemory<byte>> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        var hashes = new byte[items.Count * HashBytes];
        for (var i = 0; i < items.Count; i++)
        {
            LeafHash(items[i].Span).CopyTo(hashes, i * HashBytes);
        }

        return hashes;
    }

    /// <summary>Root over leaves of which only the hashes are here, at least one.</summary>
    /// <param name="leafHashes">As <see cref="LeafHashes"/> makes them.</param>
    public static byte[] RootOf(ReadOnlySpan<byte> leafHashes) => Levels(Split(leafHashes))[^1][0];

    /// <summary>Inclusion path of one leaf among leaves of which only the hashes are here.</summary>
    /// <param name="leafHashes">As <see cref="LeafHashes"/> makes them.</param>
    /// <param name="index">Index of the leaf, from 0.</param>
    public static ReadOnlyMemory<byte> PathOf(ReadOnlySpan<byte> leafHashes, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leafHashes.Length / HashBytes);
        return Path(Levels(Split(leafHashes)), index);
    }

    /// <summary>Checks that an item is the one at its index under a root.</summary>
    /// <param name="item">The item.</param>
    /// <param name="index">Its index, from 0.</param>
    /// <param name="count">Number of items in the tree.</param>
    /// <param name="path">Inclusion path, leaf to root.</param>
    /// <param name="root">Root, 32 bytes.</param>
    public static bool Includes(ReadOnlySpan<byte> item, long index, long count, ReadOnlySpan<byte> path, ReadOnlySpan<byte> root)
    {
        if (index < 0 || index >= count)
        {
            return false;
        }

        var hash = LeafHash(item);
        for (; count > 1; index /= 2, count = (count + 1) / 2)
        {
            var sibling = index ^ 1;
            if (sibling >= count)
            {
                continue; // the last of an odd level moves up as it is
            }

            if (path.Length < HashBytes)
            {
                return false;
            }

            hash = index % 2 == 0 ? NodeHash(hash, path[..HashBytes]) : NodeHash(path[..HashBytes], hash);
            path = path[HashBytes..];
        }

        return path.IsEmpty && hash.AsSpan().SequenceEqual(root);
    }

    internal static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> node = stackalloc byte[1 + (2 * HashBytes)];
        node[0] = NodePrefix;
        left.CopyTo(node[1..]);
        right.CopyTo(node[(1 + HashBytes)..]);
        return SHA256.HashData(node);
    }

    private static List<byte[][]> Levels(IReadOnlyList<ReadOnlyMemory<byte>> items) => Levels([.. items.Select(item => LeafHash(item.Span))]);

    private static List<byte[][]> Levels(byte[][] leaves)
    {
        var levels = new List<byte[][]>();
        for (var level = leaves; level.Length > 0; level = Above(level))
        {
            levels.Add(level);
            if (level.Length == 1)
            {
                break;
            }
        }

        return levels;
    }

    private static byte[][] Split(ReadOnlySpan<byte> hashes)
    {
        if (hashes.IsEmpty || hashes.Length % HashBytes != 0)
        {
            throw new ArgumentException("Leaf hashes are one or more times 32 bytes.", nameof(hashes));
        }

        var leaves = new byte[hashes.Length / HashBytes][];
        for (var i = 0; i < leaves.Length; i++)
        {
            leaves[i] = hashes.Slice(i * HashBytes, HashBytes).ToArray();
        }

        return leaves;
    }

    private static byte[][] Above(byte[][] level) =>
        [.. level.Chunk(2).Select(pair => pair.Length == 2 ? NodeHash(pair[0], pair[1]) : pair[0])];

    private static ReadOnlyMemory<byte> Path(List<byte[][]> levels, int index)
    {
        var path = new List<byte>();
        foreach (var level in levels)
        {
            if ((index ^ 1) < level.Length)
            {
                path.AddRange(level[index ^ 1]);
            }

            index /= 2;
        }

        return path.ToArray();
    }
}
