using System.Buffers.Binary;
using System.Security.Cryptography;
using Gateway.Sealing.Keys;

namespace Gateway.Sealing.Tests.Keys;

public sealed class BlockCipherTests
{
    // FIPS 197 appendix C.3.
    private const string VectorKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private const string VectorPlain = "00112233445566778899aabbccddeeff";
    private const string VectorCipher = "8ea2b7ca516745bfeafc49904b496089";

    [Fact]
    public void The_vector_of_the_standard_comes_out_both_ways()
    {
        var key = Convert.FromHexString(VectorKey);

        Assert.Equal(VectorCipher, Transform(key, VectorPlain, encrypts: true));
        Assert.Equal(VectorPlain, Transform(key, VectorCipher, encrypts: false));
    }

    [Fact]
    public void Every_block_under_every_key_is_as_the_platform_has_it()
    {
        for (var round = 0; round < 200; round++)
        {
            var key = RandomNumberGenerator.GetBytes(32);
            var plain = RandomNumberGenerator.GetBytes(16);
            using var platform = Aes.Create();
            platform.SetKey(key);
            var expected = Convert.ToHexStringLower(platform.EncryptEcb(plain, PaddingMode.None));

            Assert.Equal(expected, Transform(key, Convert.ToHexStringLower(plain), encrypts: true));
            Assert.Equal(Convert.ToHexStringLower(plain), Transform(key, expected, encrypts: false));
        }
    }

    [Fact]
    public void A_key_of_another_length_is_a_mistake_of_the_caller()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BlockCipher(new byte[16], encrypts: true));
    }

    private static string Transform(byte[] key, string hex, bool encrypts)
    {
        using var cipher = new BlockCipher(key, encrypts);
        var block = Convert.FromHexString(hex);
        var first = cipher.Transform(BinaryPrimitives.ReadUInt64BigEndian(block), block.AsSpan(8));
        BinaryPrimitives.WriteUInt64BigEndian(block, first);
        return Convert.ToHexStringLower(block);
    }
}
