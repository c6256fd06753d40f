using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Signatures;
using Gateway.Sealing.Tests.Forge;

namespace Gateway.Sealing.Tests.Envelopes;

public sealed class EnvelopeShapeRefusalTests
{
    private static readonly DerNode AesCbc = DerNode.Constructed(
        0x30, DerNode.Parse(EncodedOids.Encode("2.16.840.1.101.3.4.1.42")), DerNode.Primitive(4, new byte[16]));

    [Fact]
    public void An_envelope_larger_than_the_profile_allows_is_refused_unread() =>
        Refused(OpenOutcome.TooLarge, new byte[SealingLimits.ContentBytesMax + (2 * SealingLimits.OverheadBytesMax) + 1]);

    [Fact]
    public void Nothing_is_not_an_envelope() => Refused(OpenOutcome.Malformed, []);

    [Fact]
    public void Trailing_bytes_are_refused() => Refused(OpenOutcome.Malformed, [.. Some.Sealed().Envelope, 0]);

    [Fact]
    public void Indefinite_lengths_are_refused()
    {
        var content = ForgedEnvelope.Message().ContentInfo.Children.SelectMany(child => child.Encode());

        Refused(OpenOutcome.Malformed, [0x30, 0x80, .. content, 0, 0]);
    }

    [Fact]
    public void Ciphertext_in_pieces_is_refused()
    {
        var forged = ForgedEnvelope.Message();
        forged.Encrypted.Children[2] = DerNode.Constructed(0xA0, DerNode.Primitive(4, forged.Ciphertext.Value));

        Refused(OpenOutcome.Malformed, forged.Encode());
    }

    [Theory]
    [InlineData("1.2.840.113549.1.7.3")]
    [InlineData("1.2.840.113549.1.7.2")]
    public void Encryption_without_authentication_is_refused_by_its_type(string type)
    {
        var forged = ForgedEnvelope.Message();
        forged.ContentInfo.Children[0] = DerNode.Parse(EncodedOids.Encode(type));

        Refused(OpenOutcome.NotEnveloped, forged.Encode());
    }

    [Fact]
    public void Another_version_is_refused()
    {
        var forged = ForgedEnvelope.Message();
        forged.Enveloped[0].Value = [2];

        Refused(OpenOutcome.WrongAlgorithm, forged.Encode());
    }

    [Fact]
    public void Originator_information_is_refused()
    {
        var forged = ForgedEnvelope.Message();
        forged.Enveloped.Children.Insert(1, DerNode.Constructed(0xA0));

        Refused(OpenOutcome.Malformed, forged.Encode());
    }

    [Fact]
    public void Authenticated_attributes_are_refused()
    {
        var forged = ForgedEnvelope.Message();
        forged.Enveloped.Children.Insert(3, DerNode.Constructed(0xA1, DerNode.Constructed(0x30)));

        Refused(OpenOutcome.Malformed, forged.Encode());
    }

    [Fact]
    public void Unauthenticated_attributes_are_refused()
    {
        var forged = ForgedEnvelope.Message();
        forged.Enveloped.Children.Add(DerNode.Constructed(0xA2, DerNode.Constructed(0x30)));

        Refused(OpenOutcome.Malformed, forged.Encode());
    }

    [Fact]
    public void A_content_type_other_than_data_is_refused()
    {
        var forged = ForgedEnvelope.Message();
        forged.Encrypted.Children[0] = DerNode.Parse(EncodedOids.SignedData);

        Refused(OpenOutcome.WrongAlgorithm, forged.Encode());
    }

    [Fact]
    public void A_block_cipher_mode_inside_authenticated_enveloped_data_is_refused()
    {
        var forged = ForgedEnvelope.Message();
        forged.Encrypted.Children[1] = AesCbc;

        Refused(OpenOutcome.WrongAlgorithm, forged.Encode());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(12)]
    public void A_tag_that_is_short_and_says_so_is_refused(byte bytes)
    {
        var forged = ForgedEnvelope.Message();
        forged.GcmParameters[1].Value = [bytes];
        forged.Tag.Value = forged.Tag.Value[..bytes];

        Refused(OpenOutcome.WrongAlgorithm, forged.Encode());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(15)]
    [InlineData(17)]
    public void A_tag_of_another_length_than_the_parameters_say_is_refused(int bytes)
    {
        var forged = ForgedEnvelope.Message();
        forged.Tag.Value = new byte[bytes];

        Refused(OpenOutcome.WrongAlgorithm, forged.Encode());
    }

    [Fact]
    public void A_tag_length_left_to_its_default_is_refused()
    {
        var forged = ForgedEnvelope.Message();
        forged.GcmParameters.Children.RemoveAt(1);
        forged.Tag.Value = forged.Tag.Value[..12];

        Refused(OpenOutcome.WrongAlgorithm, forged.Encode());
    }

    [Fact]
    public void A_nonce_of_16_bytes_is_refused()
    {
        var forged = ForgedEnvelope.Message();
        forged.GcmParameters[0].Value = new byte[16];

        Refused(OpenOutcome.WrongAlgorithm, forged.Encode());
    }

    [Fact]
    public void No_ciphertext_is_refused()
    {
        var forged = ForgedEnvelope.Message();
        forged.Encrypted.Children.RemoveAt(2);

        Refused(OpenOutcome.Malformed, forged.Encode());
    }

    [Fact]
    public void Keying_material_of_16_KiB_is_refused()
    {
        var forged = ForgedEnvelope.Message();
        forged.KeyingMaterial.Value = new byte[SealingLimits.OverheadBytesMax];

        Refused(OpenOutcome.WrongAlgorithm, forged.Encode());
    }

    private static void Refused(OpenOutcome expected, byte[] envelope)
    {
        var (outcome, content) = Envelope.Open(envelope, Some.Beta.Decryption);

        Assert.Equal(expected, outcome);
        Assert.Null(content);
    }
}
