using System.Security.Cryptography;

namespace Gateway.Sealing.Signatures;

/// <summary>
/// The same tree as <see cref="MerkleTree"/>, grown leaf by leaf in memory that grows with the logarithm of the leaves: a stream may have any
/// number of frames.
/// </summary>
public sealed class GrowingMerkleTree
{
    // One complete subtree for each bit that is set in the number of leaves, the largest first.
    private readonly Stack<byte[]> _complete = new();

    /// <summary>Number of leaves so far.</summary>
    public long Count { get; private set; }

    /// <summary>Appends an item.</summary>
    public void Append(ReadOnlySpan<byte> item)
    {
        var hash = MerkleTree.LeafHash(item);
        for (var bits = Count; (bits & 1) == 1; bits >>= 1)
        {
            hash = MerkleTree.NodeHash(_complete.Pop(), hash);
        }

        _complete.Push(hash);
        Count++;
    }

    /// <summary>Root over the items so far; SHA-256 of nothing for none.</summary>
    public byte[] Root()
    {
        byte[]? root = null;
        foreach (var subtree in _complete) // the smallest first
        {
            root = root is null ? subtree : MerkleTree.NodeHash(subtree, root);
        }

        return root ?? SHA256.HashData([]);
    }
}
