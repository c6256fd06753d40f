using System.Numerics;

namespace Gateway.Sealing.Signatures;

/// <summary>A complete subtree: so many leaves, a power of two, from a place that is a multiple of it.</summary>
internal readonly record struct MerkleSubtree(long Start, long Leaves, byte[] Hash);

/// <summary>
/// The fewest complete subtrees that make up the leaves from a place to the end of the tree. It grows leaf by leaf; its memory grows with the
/// logarithm of the leaves.
/// </summary>
internal sealed class MerkleRange(long start)
{
    private readonly List<MerkleSubtree> _subtrees = [];

    public long End { get; private set; } = start;

    public IReadOnlyList<MerkleSubtree> Subtrees => _subtrees;

    public void Append(byte[] leafHash)
    {
        _subtrees.Add(new MerkleSubtree(End, 1, leafHash));
        End++;
        while (_subtrees.Count > 1 && IsLeftOf(_subtrees[^2], _subtrees[^1]))
        {
            var (left, right) = (_subtrees[^2], _subtrees[^1]);
            _subtrees.RemoveRange(_subtrees.Count - 2, 2);
            _subtrees.Add(new MerkleSubtree(left.Start, 2 * left.Leaves, MerkleTree.NodeHash(left.Hash, right.Hash)));
        }
    }

    private static bool IsLeftOf(in MerkleSubtree left, in MerkleSubtree right) => left.Leaves == right.Leaves && left.Start % (2 * left.Leaves) == 0;
}

/// <summary>Hashes of parts of a tree of which only some subtrees are known: RFC 9162 section 2.1.</summary>
internal sealed class MerkleParts(IReadOnlyList<MerkleSubtree> known)
{
    /// <summary>Hash over the leaves from one place to another, both being where the tree splits.</summary>
    public byte[] Hash(long from, long to)
    {
        foreach (var subtree in known)
        {
            if (subtree.Start == from && subtree.Leaves == to - from)
            {
                return subtree.Hash;
            }
        }

        var split = from + SplitOf(to - from);
        return MerkleTree.NodeHash(Hash(from, split), Hash(split, to));
    }

    /// <summary>Largest power of two below a number of leaves, 2 or more: where the tree over them splits.</summary>
    public static long SplitOf(long leaves)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(leaves, 2);
        return 1L << BitOperations.Log2((ulong)leaves - 1);
    }
}
