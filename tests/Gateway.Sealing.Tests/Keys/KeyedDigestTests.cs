using System.Security.Cryptography;
using Gateway.Sealing.Keys;

namespace Gateway.Sealing.Tests.Keys;

public sealed class KeyedDigestTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(1, 32).Select(value => (byte)value)];
    private static readonly ReadOnlyMemory<byte> A = "a"u8.ToArray(), Ab = "ab"u8.ToArray(), Bc = "bc"u8.ToArray(), C = "c"u8.ToArray();

    [Fact]
    public void Parts_that_read_the_same_when_joined_have_different_digests()
    {
        using var digest = new KeyedDigest(Secret, "index");

        Assert.NotEqual(digest.Compute(Ab, C), digest.Compute(A, Bc));
        Assert.NotEqual(digest.Compute(Ab), digest.Compute(Ab, default));
        Assert.NotEqual(digest.Compute(), digest.Compute(ReadOnlyMemory<byte>.Empty));
    }

    [Fact]
    public void Digests_under_different_labels_do_not_join()
    {
        using var index = new KeyedDigest(Secret, "index");
        using var pseudonym = new KeyedDigest(Secret, "pseudonym");

        Assert.NotEqual(index.Compute(Ab), pseudonym.Compute(Ab));
    }

    [Fact]
    public void Digests_under_different_secrets_do_not_join()
    {
        using var one = new KeyedDigest(Secret, "index");
        using var other = new KeyedDigest(new byte[32], "index");

        Assert.NotEqual(one.Compute(Ab), other.Compute(Ab));
    }

    [Theory]
    [InlineData(31, "index")]
    [InlineData(32, "")]
    [InlineData(32, "índex")]
    [InlineData(32, "a label that is much longer than the sixty-four characters a label has")]
    public void A_secret_or_label_outside_its_bounds_is_refused(int secretBytes, string label) =>
        Assert.ThrowsAny<ArgumentException>(() => new KeyedDigest(new byte[secretBytes], label));

    [Fact]
    public void A_disposed_digest_does_not_compute_under_a_key_of_zeros()
    {
        var digest = new KeyedDigest(Secret, "index");
        digest.Dispose();

        Assert.Throws<ObjectDisposedException>(() => digest.Compute(Ab));
    }

    /// <summary>A digest that changes between releases makes every stored index useless, so its definition is fixed here.</summary>
    [Fact]
    public void The_definition_of_the_digest_does_not_change()
    {
        using var digest = new KeyedDigest(Secret, "index");
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, Secret, 32, [], "gateway.keyed-digest.v1:index"u8.ToArray());

        byte[] framed = [0, 0, 0, 2, (byte)'a', (byte)'b', 0, 0, 0, 1, (byte)'c'];
        var expected = HMACSHA256.HashData(key, framed);

        Assert.Equal(expected, digest.Compute(Ab, C));
    }

    [Fact]
    public void Many_threads_get_the_same_digest()
    {
        using var digest = new KeyedDigest(Secret, "index");
        var expected = digest.Compute(Ab, C);

        Parallel.For(0, 200, _ => Assert.Equal(expected, digest.Compute(Ab, C)));
    }
}
