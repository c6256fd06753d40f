namespace Gateway.Sealing.Signatures;

/// <summary>
/// Collects the inclusion path of one item while the items pass by, in memory that grows with their logarithm: a proof about one frame needs
/// no more than one walk over the records of its stream.
/// </summary>
/// <param name="index">Place of the item, from 0.</param>
public sealed class MerkleWitness(long index)
{
    private readonly MerkleRange _before = new(0);
    private readonly MerkleRange _after = new(index + 1);
    private byte[]? _leaf;

    /// <summary>Number of items so far.</summary>
    public long Count { get; private set; }

    /// <summary>Takes the next item.</summary>
    public void Append(ReadOnlySpan<byte> item)
    {
        var hash = MerkleTree.LeafHash(item);
        if (Count == index)
        {
            _leaf = hash;
        }
        else
        {
            (Count < index ? _before : _after).Append(hash);
        }

        Count++;
    }

    /// <summary>The inclusion path in the tree of the items so far, leaf to root, 32 bytes a step (RFC 9162 section 2.1.3).</summary>
    /// <exception cref="InvalidOperationException">The item has not come yet.</exception>
    public byte[] Path()
    {
        if (_leaf is null)
        {
            throw new InvalidOperationException("The item of the witness has not come yet.");
        }

        var path = new List<byte[]>();
        Collect(new MerkleParts([.. _before.Subtrees, .. _after.Subtrees]), 0, Count, path);
        return [.. path.SelectMany(hash => hash)];
    }

    private void Collect(MerkleParts parts, long from, long to, List<byte[]> path)
    {
        if (to - from == 1)
        {
            return;
        }

        var split = from + MerkleParts.SplitOf(to - from);
        if (index < split)
        {
            Collect(parts, from, split, path);
            path.Add(parts.Hash(split, to));
        }
        else
        {
            Collect(parts, split, to, path);
            path.Add(parts.Hash(from, split));
        }
    }
}
