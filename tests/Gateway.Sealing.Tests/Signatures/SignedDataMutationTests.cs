using Gateway.Sealing.Signatures;
using Gateway.Sealing.Tests.Forge;
using Gateway.TestKit;

namespace Gateway.Sealing.Tests.Signatures;

public sealed class SignedDataMutationTests
{
    private const int Positions = 2500;

    [Fact]
    public void A_message_cut_short_anywhere_is_refused()
    {
        var message = ForgedSignedData.Message().AsIs();

        for (var length = 0; length < message.Length; length++)
        {
            Assert.NotEqual(VerifyOutcome.Verified, Verify(message[..length]));
        }
    }

    [Fact]
    public void A_message_with_a_flipped_bit_is_refused_wherever_it_is()
    {
        var message = ForgedSignedData.Message().AsIs();
        var choice = new SeededGenerator(20260301);

        for (var i = 0; i < Positions; i++)
        {
            var position = choice.Next(0, message.Length);
            var bit = (byte)(1 << choice.Next(0, 8));
            message[position] ^= bit;
            Assert.True(Verify(message) != VerifyOutcome.Verified, $"accepted with bit {bit} flipped at {position}");
            message[position] ^= bit;
        }
    }

    [Fact]
    public void A_message_with_bytes_inserted_or_replaced_is_refused()
    {
        var message = ForgedSignedData.Message().AsIs();
        var choice = new SeededGenerator(42);

        for (var i = 0; i < Positions; i++)
        {
            var at = choice.Next(0, message.Length);
            var drop = Math.Min(choice.Next(0, 4), message.Length - at);
            byte[] mutant = [.. message[..at], .. choice.Bytes(choice.Next(0, 4)), .. message[(at + drop)..]];
            Assert.True(mutant.AsSpan().SequenceEqual(message) || Verify(mutant) != VerifyOutcome.Verified, $"accepted, changed at {at}");
        }
    }

    [Fact]
    public void Bytes_that_never_were_a_message_are_refused()
    {
        var choice = new SeededGenerator(7);

        for (var i = 0; i < 500; i++)
        {
            Assert.NotEqual(VerifyOutcome.Verified, Verify(choice.Bytes(choice.Next(0, 300))));
        }
    }

    private static VerifyOutcome Verify(byte[] message) =>
        SignedDataVerifier.Verify(message, ContentTypes.MappingBatch, Some.Alpha.Signers).Outcome;
}
