using System.Security.Cryptography;

namespace Gateway.Sealing.Signatures;

/// <summary>
/// The same tree as <see cref="MerkleTree"/>, grown leaf by leaf in memory that grows with the logarithm of the leaves: a stream may have any
/// number of frames.
/// </summary>
public sealed class GrowingMerkleTree
{
    private readonly MerkleRange _whole = new(0);
    private IReadOnlyList<MerkleSubtree> _untilMark = [];
    private MerkleRange _sinceMark = new(0);

    /// <summary>Number of leaves so far.</summary>
    public long Count => _whole.End;

    /// <summary>Number of leaves when <see cref="Mark"/> was last called; 0 before.</summary>
    public long MarkedCount { get; private set; }

    /// <summary>Appends an item.</summary>
    public void Append(ReadOnlySpan<byte> item)
    {
        var hash = MerkleTree.LeafHash(item);
        _whole.Append(hash);
        _sinceMark.Append(hash);
    }

    /// <summary>Root over the items so far; SHA-256 of nothing for none.</summary>
    public byte[] Root()
    {
        byte[]? root = null;
        for (var index = _whole.Subtrees.Count - 1; index >= 0; index--) // the smallest first
        {
            root = root is null ? _whole.Subtrees[index].Hash : MerkleTree.NodeHash(_whole.Subtrees[index].Hash, root);
        }

        return root ?? SHA256.HashData([]);
    }

    /// <summary>
    /// Proof that the tree as it was at the mark is the beginning of the tree as it is now, for <see cref="MerkleConsistency.Holds"/>.
    /// </summary>
    public byte[] ConsistencyPath()
    {
        var path = new List<byte[]>();
        MerkleConsistency.Prove(new MerkleParts([.. _untilMark, .. _sinceMark.Subtrees]), MarkedCount, Count, path);
        return [.. path.SelectMany(hash => hash)];
    }

    /// <summary>Remembers the tree as it is now for the next <see cref="ConsistencyPath"/>.</summary>
    public void Mark()
    {
        _untilMark = [.. _whole.Subtrees];
        _sinceMark = new MerkleRange(Count);
        MarkedCount = Count;
    }
}
