using System.Security.Cryptography;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Tests.Signatures;

public sealed class MerkleTreeTests
{
    private const int ItemsMax = 130;

    /// <summary>The items that Certificate Transparency implementations test with.</summary>
    private static readonly ReadOnlyMemory<byte>[] KnownItems =
    [
        .. new[] { "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696A6B6C6D6E6F" }
            .Select(hex => new ReadOnlyMemory<byte>(Convert.FromHexString(hex))),
    ];

    [Fact]
    public void A_path_proves_neither_another_item_nor_another_place_nor_another_tree()
    {
        for (var count = 1; count <= ItemsMax; count++)
        {
            var items = Items(count);
            var root = MerkleTree.Root(items);
            var index = count / 2;
            var path = MerkleTree.RootAndPaths(items).Paths[index].Span;

            Assert.False(MerkleTree.Includes("other"u8, index, count, path, root));
            Assert.False(MerkleTree.Includes(items[index].Span, count, count, path, root));
            Assert.False(MerkleTree.Includes(items[index].Span, -1, count, path, root));
            Assert.False(MerkleTree.Includes(items[index].Span, index, count, path, SHA256.HashData("root"u8)));
            Assert.False(MerkleTree.Includes(items[index].Span, index, count, [.. path, .. new byte[32]], root));
            Assert.False(count > 1 && MerkleTree.Includes(items[index].Span, (index + 1) % count, count, path, root));
            Assert.False(count > 1 && MerkleTree.Includes(items[index].Span, index, count, path[..^32], root));
            Assert.False(count > 1 && MerkleTree.Includes(items[index].Span, index, count, path[..^1], root));
        }
    }

    [Fact]
    public void Two_items_glued_together_are_not_the_node_above_them()
    {
        var items = Items(2);
        byte[] glued = [.. SHA256.HashData([0, .. items[0].Span]), .. SHA256.HashData([0, .. items[1].Span])];

        Assert.NotEqual(MerkleTree.Root(items), MerkleTree.Root([glued]));
    }

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void The_root_is_the_published_one(int count, string root) =>
        Assert.Equal(root, Convert.ToHexStringLower(MerkleTree.Root(KnownItems[..count])));

    [Fact]
    public void The_root_is_the_one_the_recursive_definition_gives()
    {
        for (var count = 0; count <= ItemsMax; count++)
        {
            var items = Items(count);

            Assert.Equal(Recursive(items), MerkleTree.Root(items));
        }
    }

    [Fact]
    public void Every_item_of_every_tree_has_a_path_that_proves_it()
    {
        for (var count = 1; count <= ItemsMax; count++)
        {
            var items = Items(count);
            var root = MerkleTree.Root(items);
            var paths = MerkleTree.RootAndPaths(items).Paths;

            for (var index = 0; index < count; index++)
            {
                Assert.True(MerkleTree.Includes(items[index].Span, index, count, paths[index].Span, root), $"{index} of {count}");
            }
        }
    }

    [Fact]
    public void The_incremental_root_is_at_every_step_that_of_the_items_so_far()
    {
        var incremental = new GrowingMerkleTree();
        var items = Items(ItemsMax);

        for (var count = 0; count <= ItemsMax; count++)
        {
            Assert.Equal(MerkleTree.Root(items[..count]), incremental.Root());
            Assert.Equal(count, incremental.Count);
            incremental.Append(count < ItemsMax ? items[count].Span : []);
        }
    }

    [Fact]
    public void No_items_have_no_paths() => Assert.Throws<ArgumentOutOfRangeException>(() => MerkleTree.RootAndPaths([]));

    private static ReadOnlyMemory<byte>[] Items(int count) =>
        [.. Enumerable.Range(0, count).Select(value => new ReadOnlyMemory<byte>([(byte)value, (byte)(value >> 3)]))];

    /// <summary>RFC 9162 section 2.1.1, word for word: split at the largest power of two below the count.</summary>
    private static byte[] Recursive(ReadOnlyMemory<byte>[] items)
    {
        if (items.Length <= 1)
        {
            return items.Length == 0 ? SHA256.HashData([]) : SHA256.HashData([0, .. items[0].Span]);
        }

        var split = 1;
        while (split * 2 < items.Length)
        {
            split *= 2;
        }

        return SHA256.HashData([1, .. Recursive(items[..split]), .. Recursive(items[split..])]);
    }
}
