using System.Numerics;

namespace Gateway.Sealing.Signatures;

/// <summary>That a tree is the beginning of a later one: RFC 9162 section 2.1.4. Who holds two signed roots needs no item to check it.</summary>
public static class MerkleConsistency
{
    /// <summary>Checks that the items under an older root are the first ones under a newer root, unchanged and in their order.</summary>
    /// <param name="olderCount">Number of items under the older root, 0 or more.</param>
    /// <param name="older">Older root, 32 bytes.</param>
    /// <param name="newerCount">Number of items under the newer root.</param>
    /// <param name="newer">Newer root, 32 bytes.</param>
    /// <param name="path">The proof, 32 bytes a step; empty where the older tree is empty or both have the same number of items.</param>
    public static bool Holds(long olderCount, ReadOnlySpan<byte> older, long newerCount, ReadOnlySpan<byte> newer, ReadOnlySpan<byte> path)
    {
        if (olderCount < 0 || newerCount < olderCount || path.Length % MerkleTree.HashBytes != 0)
        {
            return false;
        }

        if (olderCount == 0 || olderCount == newerCount)
        {
            return path.IsEmpty && (olderCount == 0 || older.SequenceEqual(newer));
        }

        // 1 Where the older tree is one complete subtree, its root is the first step and left out of the proof.
        var steps = new ProofSteps(path);
        var first = BitOperations.IsPow2(olderCount) ? older : steps.Next();
        return !first.IsEmpty && Climb(olderCount - 1, newerCount - 1, first, steps, older, newer);
    }

    internal static void Prove(MerkleParts parts, long olderCount, long newerCount, List<byte[]> path)
    {
        if (olderCount > 0 && olderCount < newerCount)
        {
            Prove(parts, olderCount, 0, newerCount, isWhole: true, path);
        }
    }

    private static void Prove(MerkleParts parts, long olderEnd, long from, long to, bool isWhole, List<byte[]> path)
    {
        if (olderEnd == to)
        {
            // The verifier has the whole older root; of a part of it, it has nothing.
            if (!isWhole)
            {
                path.Add(parts.Hash(from, to));
            }

            return;
        }

        var split = from + MerkleParts.SplitOf(to - from);
        if (olderEnd <= split)
        {
            Prove(parts, olderEnd, from, split, isWhole, path);
            path.Add(parts.Hash(split, to));
        }
        else
        {
            Prove(parts, olderEnd, split, to, isWhole: false, path);
            path.Add(parts.Hash(from, split));
        }
    }

    // 2 From the last complete subtree of the older tree both roots are built at once: what lies left of the way belongs to both, what lies
    // right of it to the newer alone.
    private static bool Climb(long place, long last, ReadOnlySpan<byte> first, ProofSteps steps, ReadOnlySpan<byte> older, ReadOnlySpan<byte> newer)
    {
        var complete = BitOperations.TrailingZeroCount(~place);
        (place, last) = (place >> complete, last >> complete);
        var (olderHash, newerHash) = (first.ToArray(), first.ToArray());
        for (var step = steps.Next(); !step.IsEmpty; step = steps.Next())
        {
            if (last == 0)
            {
                return false;
            }

            if ((place & 1) == 1 || place == last)
            {
                olderHash = MerkleTree.NodeHash(step, olderHash);
                newerHash = MerkleTree.NodeHash(step, newerHash);
                while ((place & 1) == 0 && place != 0)
                {
                    (place, last) = (place >> 1, last >> 1);
                }
            }
            else
            {
                newerHash = MerkleTree.NodeHash(newerHash, step);
            }

            (place, last) = (place >> 1, last >> 1);
        }

        return last == 0 && older.SequenceEqual(olderHash) && newer.SequenceEqual(newerHash);
    }

    private ref struct ProofSteps(ReadOnlySpan<byte> path)
    {
        private ReadOnlySpan<byte> _left = path;

        public ReadOnlySpan<byte> Next()
        {
            if (_left.IsEmpty)
            {
                return default;
            }

            var step = _left[..MerkleTree.HashBytes];
            _left = _left[MerkleTree.HashBytes..];
            return step;
        }
    }
}
