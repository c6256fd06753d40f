using System.Security.Cryptography;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Tests.Forge;
using Gateway.TestKit;

namespace Gateway.Sealing.Tests.Envelopes;

/// <summary>Everything that goes wrong between our key and the content is one outcome: the difference would be an oracle.</summary>
public sealed class EnvelopeDecryptionRefusalTests
{
    private const int Positions = 2500;

    [Fact]
    public void A_changed_wrapped_key_does_not_decrypt()
    {
        var forged = ForgedEnvelope.Message();
        forged.EncryptedKey[1].Value[0] ^= 1;

        Assert.Equal(OpenOutcome.NotAuthentic, forged.Open());
    }

    [Fact]
    public void Changed_keying_material_does_not_decrypt()
    {
        var forged = ForgedEnvelope.Message();
        forged.KeyingMaterial.Value[0] ^= 1;

        Assert.Equal(OpenOutcome.NotAuthentic, forged.Open());
    }

    [Fact]
    public void Another_ephemeral_key_does_not_decrypt()
    {
        using var other = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var forged = ForgedEnvelope.Message();
        forged.OriginatorKey[1].Value = [0, .. ForgedEnvelope.PointOf(other)];

        Assert.Equal(OpenOutcome.NotAuthentic, forged.Open());
    }

    [Fact]
    public void Changed_ciphertext_does_not_decrypt()
    {
        var forged = ForgedEnvelope.Message();
        forged.Ciphertext.Value[7] ^= 0x20;

        Assert.Equal(OpenOutcome.NotAuthentic, forged.Open());
    }

    [Fact]
    public void A_changed_tag_does_not_decrypt()
    {
        var forged = ForgedEnvelope.Message();
        forged.Tag.Value[15] ^= 0x80;

        Assert.Equal(OpenOutcome.NotAuthentic, forged.Open());
    }

    [Fact]
    public void A_changed_nonce_does_not_decrypt()
    {
        var forged = ForgedEnvelope.Message();
        forged.GcmParameters[0].Value[3] ^= 1;

        Assert.Equal(OpenOutcome.NotAuthentic, forged.Open());
    }

    [Fact]
    public void A_recipient_of_one_envelope_in_front_of_the_content_of_another_does_not_decrypt()
    {
        var one = ForgedEnvelope.Message();
        var other = ForgedEnvelope.Message();
        one.Recipients.Children[0] = other.Recipient;

        Assert.Equal(OpenOutcome.NotAuthentic, one.Open());
    }

    [Fact]
    public void Our_name_on_an_envelope_for_somebody_else_does_not_decrypt()
    {
        var forged = new ForgedEnvelope(Envelope.Seal(Some.Content, Some.Gamma.Encryption));
        forged.EncryptedKey[0][0].Value = Some.Beta.Encryption.Identity.KeyIdentifier;

        Assert.Equal(OpenOutcome.NotAuthentic, forged.Open());
    }

    [Fact]
    public void An_envelope_to_a_certificate_we_had_before_a_rotation_is_not_for_the_new_one()
    {
        using var renewed = Some.Renewed(Some.Beta);

        Assert.Equal(OpenOutcome.NotForUs, Envelope.Open(Some.Sealed().Envelope, renewed.Decryption).Outcome);
    }

    [Fact]
    public void An_envelope_cut_short_anywhere_is_refused()
    {
        var envelope = Some.Sealed().Envelope;

        for (var length = 0; length < envelope.Length; length++)
        {
            Assert.NotEqual(OpenOutcome.Opened, Open(envelope[..length]));
        }
    }

    [Fact]
    public void An_envelope_with_a_flipped_bit_is_refused_wherever_it_is()
    {
        var envelope = Some.Sealed().Envelope;
        var choice = new SeededGenerator(20260302);

        for (var i = 0; i < Positions; i++)
        {
            var position = choice.Next(0, envelope.Length);
            var bit = (byte)(1 << choice.Next(0, 8));
            envelope[position] ^= bit;
            Assert.True(Open(envelope) != OpenOutcome.Opened, $"opened with bit {bit} flipped at {position}");
            envelope[position] ^= bit;
        }
    }

    [Fact]
    public void An_envelope_with_bytes_inserted_or_replaced_is_refused()
    {
        var envelope = Some.Sealed().Envelope;
        var header = new ForgedEnvelope(envelope);
        var overhead = envelope.Length - header.Ciphertext.Value.Length;
        var choice = new SeededGenerator(43);

        for (var i = 0; i < 1000; i++)
        {
            var at = choice.Next(0, overhead);
            var drop = choice.Next(0, 4);
            byte[] mutant = [.. envelope[..at], .. choice.Bytes(choice.Next(0, 4)), .. envelope[(at + drop)..]];
            Assert.True(mutant.AsSpan().SequenceEqual(envelope) || Open(mutant) != OpenOutcome.Opened, $"opened, changed at {at}");
        }
    }

    private static OpenOutcome Open(byte[] envelope) => MessageOpener.Open(envelope, Some.Beta.Decryption, Some.Alpha.Signers).Outcome;
}
