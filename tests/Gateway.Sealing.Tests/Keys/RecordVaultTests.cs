using Gateway.Sealing.Keys;

namespace Gateway.Sealing.Tests.Keys;

public sealed class RecordVaultTests
{
    private static readonly byte[] Record = "a record with an identity in it"u8.ToArray();
    private static readonly byte[] Place = "mappings/17"u8.ToArray();
    private static readonly byte[] KeyEncryptionKey = [.. Enumerable.Range(1, 32).Select(value => (byte)value)];

    [Fact]
    public void A_bit_changed_anywhere_is_refused()
    {
        using var vault = new RecordVault(KeyEncryptionKey);
        var (wrappedKey, ciphertext) = vault.Protect(Record, Place);

        foreach (var bytes in new[] { wrappedKey, ciphertext })
        {
            for (var position = 0; position < bytes.Length * 8; position++)
            {
                bytes[position / 8] ^= (byte)(1 << (position % 8));
                Assert.False(vault.TryOpen(wrappedKey, ciphertext, Place, out var plaintext));
                Assert.Empty(plaintext);
                bytes[position / 8] ^= (byte)(1 << (position % 8));
            }
        }
    }

    [Fact]
    public void A_record_moved_to_another_place_is_refused()
    {
        using var vault = new RecordVault(KeyEncryptionKey);
        var (wrappedKey, ciphertext) = vault.Protect(Record, Place);

        Assert.False(vault.TryOpen(wrappedKey, ciphertext, "mappings/18"u8, out _));
    }

    [Fact]
    public void The_key_of_one_record_does_not_open_another()
    {
        using var vault = new RecordVault(KeyEncryptionKey);
        var one = vault.Protect(Record, Place);
        var other = vault.Protect(Record, Place);

        Assert.False(vault.TryOpen(one.WrappedKey, other.Ciphertext, Place, out _));
    }

    [Fact]
    public void Another_key_encryption_key_is_refused()
    {
        using var vault = new RecordVault(KeyEncryptionKey);
        using var other = new RecordVault(new byte[32]);
        var (wrappedKey, ciphertext) = vault.Protect(Record, Place);

        Assert.False(other.TryOpen(wrappedKey, ciphertext, Place, out _));
    }

    [Theory]
    [InlineData(0, 59)]
    [InlineData(39, 59)]
    [InlineData(41, 59)]
    [InlineData(40, 0)]
    [InlineData(40, 27)]
    public void Records_of_impossible_size_are_refused(int wrappedKey, int ciphertext)
    {
        using var vault = new RecordVault(KeyEncryptionKey);

        Assert.False(vault.TryOpen(new byte[wrappedKey], new byte[ciphertext], Place, out _));
    }

    [Fact]
    public void An_erased_record_stays_closed()
    {
        using var vault = new RecordVault(KeyEncryptionKey);
        var (_, ciphertext) = vault.Protect(Record, Place);

        Assert.False(vault.TryOpen([], ciphertext, Place, out _));
    }

    [Fact]
    public void A_record_above_the_limit_is_a_mistake_of_the_caller()
    {
        using var vault = new RecordVault(KeyEncryptionKey);

        Assert.Throws<ArgumentOutOfRangeException>(() => vault.Protect(new byte[RecordVault.PlaintextBytesMax + 1], Place));
    }

    [Fact]
    public void A_disposed_vault_does_not_encrypt_under_a_key_of_zeros()
    {
        var vault = new RecordVault(KeyEncryptionKey);
        vault.Dispose();

        Assert.Throws<ObjectDisposedException>(() => vault.Protect(Record, Place));
    }

    [Fact]
    public void The_same_record_twice_shows_no_likeness()
    {
        using var vault = new RecordVault(KeyEncryptionKey);
        var one = vault.Protect(Record, Place);
        var other = vault.Protect(Record, Place);

        Assert.NotEqual(one.WrappedKey, other.WrappedKey);
        Assert.NotEqual(one.Ciphertext, other.Ciphertext);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public void A_protected_record_comes_back(int size)
    {
        using var vault = new RecordVault(KeyEncryptionKey);
        var record = new byte[size];
        var (wrappedKey, ciphertext) = vault.Protect(record, Place);

        Assert.True(vault.TryOpen(wrappedKey, ciphertext, Place, out var plaintext));
        Assert.Equal(record, plaintext);
    }

    [Fact]
    public void Many_at_once_do_not_disturb_each_other()
    {
        using var vault = new RecordVault(KeyEncryptionKey);

        Parallel.For(0, 500, index =>
        {
            var record = BitConverter.GetBytes(index);
            var (wrappedKey, ciphertext) = vault.Protect(record, Place);
            Assert.True(vault.TryOpen(wrappedKey, ciphertext, Place, out var plaintext));
            Assert.Equal(record, plaintext);
        });
    }
}
