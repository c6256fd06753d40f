using Gateway.Sealing.Keys;
using Gateway.TestKit;

namespace Gateway.Sealing.Tests.Keys;

public sealed class AesKeyWrapTests
{
    private static readonly byte[] KeyEncryptionKey = Convert.FromHexString("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F");
    private static readonly byte[] Key = Convert.FromHexString("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F");
    private static readonly byte[] Wrapped = Convert.FromHexString("28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21");

    [Fact]
    public void A_wrapped_key_with_any_bit_changed_does_not_unwrap_and_leaves_zeros()
    {
        for (var position = 0; position < Wrapped.Length * 8; position++)
        {
            byte[] changed = [.. Wrapped];
            changed[position / 8] ^= (byte)(1 << (position % 8));
            var key = new byte[32];

            Assert.False(AesKeyWrap.TryUnwrap(KeyEncryptionKey, changed, key));
            Assert.Equal(new byte[32], key);
        }
    }

    [Fact]
    public void Another_key_encryption_key_does_not_unwrap() =>
        Assert.False(AesKeyWrap.TryUnwrap(Key, Wrapped, new byte[32]));

    /// <summary>RFC 3394 section 4.6.</summary>
    [Fact]
    public void A_key_wraps_to_the_published_bytes()
    {
        var wrapped = new byte[40];

        AesKeyWrap.Wrap(KeyEncryptionKey, Key, wrapped);

        Assert.Equal(Wrapped, wrapped);
    }

    [Fact]
    public void The_published_bytes_unwrap_to_the_key()
    {
        var key = new byte[32];

        Assert.True(AesKeyWrap.TryUnwrap(KeyEncryptionKey, Wrapped, key));
        Assert.Equal(Key, key);
    }

    [Fact]
    public void Any_key_comes_back()
    {
        var choice = new SeededGenerator(11);
        byte[] wrapped = new byte[40], back = new byte[32];
        for (var i = 0; i < 50; i++)
        {
            byte[] kek = choice.Bytes(32), key = choice.Bytes(32);
            AesKeyWrap.Wrap(kek, key, wrapped);

            Assert.True(AesKeyWrap.TryUnwrap(kek, wrapped, back));
            Assert.Equal(key, back);
        }
    }

    [Theory]
    [InlineData(16, 32, 40)]
    [InlineData(32, 16, 40)]
    [InlineData(32, 32, 48)]
    public void Keys_of_other_lengths_are_a_mistake_of_the_caller(int keyEncryptionKey, int key, int wrapped) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AesKeyWrap.Wrap(new byte[keyEncryptionKey], new byte[key], new byte[wrapped]));
}
