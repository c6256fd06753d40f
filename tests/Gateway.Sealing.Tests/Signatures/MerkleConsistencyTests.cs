using System.Security.Cryptography;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Tests.Signatures;

public sealed class MerkleConsistencyTests
{
    private const int ItemsMax = 40;

    /// <summary>The proofs of RFC 9162 section 2.1.5 over its tree of seven items, as the nodes that its text names.</summary>
    [Theory]
    [InlineData(3, "c,d,g,l")]
    [InlineData(4, "l")]
    [InlineData(6, "i,j,k")]
    public void The_proofs_over_the_seven_items_of_the_RFC_are_the_nodes_it_names(int older, string nodes)
    {
        var leaves = Items(7).Select(item => SHA256.HashData([0, .. item.Span])).ToArray();
        var named = new Dictionary<string, byte[]> { ["c"] = leaves[2], ["d"] = leaves[3], ["j"] = leaves[6] };
        named["g"] = Node(leaves[0], leaves[1]);
        named["h"] = Node(leaves[2], leaves[3]);
        named["i"] = Node(leaves[4], leaves[5]);
        named["k"] = Node(named["g"], named["h"]);
        named["l"] = Node(named["i"], named["j"]);

        Assert.Equal(nodes.Split(',').SelectMany(name => named[name]), Proof(older, 7));
    }

    [Fact]
    public void Every_tree_is_the_beginning_of_every_later_one()
    {
        for (var newer = 0; newer <= ItemsMax; newer++)
        {
            for (var older = 0; older <= newer; older++)
            {
                Assert.True(MerkleConsistency.Holds(older, Root(older), newer, Root(newer), Proof(older, newer)), $"{older} of {newer}");
                Assert.Equal(Recursive(older, 0, newer, isWhole: true), older == 0 ? [] : Proof(older, newer));
            }
        }
    }

    [Fact]
    public void No_proof_holds_for_another_root_another_count_or_with_a_step_changed_dropped_or_added()
    {
        for (var newer = 2; newer <= ItemsMax; newer++)
        {
            for (var older = 1; older < newer; older++)
            {
                var (proof, first, last) = (Proof(older, newer), Root(older), Root(newer));
                var other = SHA256.HashData("other"u8);

                Assert.False(MerkleConsistency.Holds(older, other, newer, last, proof));
                Assert.False(MerkleConsistency.Holds(older, first, newer, other, proof));
                Assert.False(MerkleConsistency.Holds(older, first, newer, last, proof.AsSpan()[..^32]));
                Assert.False(MerkleConsistency.Holds(older, first, newer, last, proof.AsSpan()[..^1]));
                Assert.False(MerkleConsistency.Holds(older, first, newer, last, [.. proof, .. other]));
                Assert.False(MerkleConsistency.Holds(older, first, newer, last, [.. proof.AsSpan()[..^32], .. other]));
                Assert.False(MerkleConsistency.Holds(newer, last, older, first, proof));
                Assert.False(MerkleConsistency.Holds(older + 1, first, newer, last, proof));
            }
        }
    }

    [Fact]
    public void A_tree_in_which_an_older_item_was_exchanged_is_not_a_later_one()
    {
        var rewritten = Items(20);
        rewritten[3] = "exchanged"u8.ToArray();

        var grown = new GrowingMerkleTree();
        for (var count = 0; count < rewritten.Length; count++)
        {
            if (count == 11)
            {
                grown.Mark();
            }

            grown.Append(rewritten[count].Span);
        }

        Assert.False(MerkleConsistency.Holds(11, Root(11), 20, grown.Root(), grown.ConsistencyPath()));
    }

    [Fact]
    public void A_witness_finds_the_path_that_the_whole_tree_gives()
    {
        for (var count = 1; count <= ItemsMax; count++)
        {
            var (items, paths) = (Items(count), MerkleTree.RootAndPaths(Items(count)).Paths);
            for (var index = 0; index < count; index++)
            {
                var witness = new MerkleWitness(index);
                Array.ForEach(items, item => witness.Append(item.Span));

                Assert.Equal(paths[index].ToArray(), witness.Path());
            }
        }
    }

    [Fact]
    public void A_witness_without_its_item_has_no_path()
    {
        var witness = new MerkleWitness(3);
        witness.Append("only"u8);

        Assert.Throws<InvalidOperationException>(() => witness.Path());
    }

    private static byte[] Proof(int older, int newer)
    {
        var tree = new GrowingMerkleTree();
        foreach (var (item, index) in Items(newer).Select((item, index) => (item, index)))
        {
            if (index == older)
            {
                tree.Mark();
            }

            tree.Append(item.Span);
        }

        if (older == newer)
        {
            tree.Mark();
        }

        return tree.ConsistencyPath();
    }

    /// <summary>RFC 9162 section 2.1.4.1, word for word.</summary>
    private static byte[] Recursive(int older, int from, int to, bool isWhole)
    {
        var count = to - from;
        if (older == count || older == 0)
        {
            return isWhole || older == 0 ? [] : MerkleTree.Root(Items(to)[from..]);
        }

        var split = 1;
        while (split * 2 < count)
        {
            split *= 2;
        }

        return older <= split
            ? [.. Recursive(older, from, from + split, isWhole), .. MerkleTree.Root(Items(to)[(from + split)..])]
            : [.. Recursive(older - split, from + split, to, isWhole: false), .. MerkleTree.Root(Items(to)[from..(from + split)])];
    }

    private static byte[] Root(int count) => MerkleTree.Root(Items(count));

    private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([1, .. left, .. right]);

    private static ReadOnlyMemory<byte>[] Items(int count) => [.. Enumerable.Range(0, count).Select(value => new ReadOnlyMemory<byte>([(byte)value]))];
}
