using System.Security.Cryptography;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Tests.Forge;

namespace Gateway.Sealing.Tests.Envelopes;

public sealed class RecipientRefusalTests
{
    private const byte BitString = 3;

    [Fact]
    public void An_envelope_for_another_peer_is_refused_before_decryption()
    {
        var envelope = Envelope.Seal(Some.Content, Some.Gamma.Encryption);

        Assert.Equal(OpenOutcome.NotForUs, Envelope.Open(envelope, Some.Beta.Decryption).Outcome);
    }

    [Fact]
    public void No_recipient_is_refused()
    {
        var forged = ForgedEnvelope.Message();
        forged.Recipients.Children.Clear();

        Assert.Equal(OpenOutcome.WrongRecipients, forged.Open());
    }

    [Fact]
    public void The_same_recipient_twice_is_refused()
    {
        var twice = ForgedEnvelope.ForTwo(Some.Beta.Encryption, Some.Beta.Encryption);

        Assert.Equal(OpenOutcome.WrongRecipients, Envelope.Open(twice, Some.Beta.Decryption).Outcome);
    }

    [Fact]
    public void Somebody_else_named_twice_is_refused_too()
    {
        var twice = ForgedEnvelope.ForTwo(Some.Gamma.Encryption, Some.Gamma.Encryption);

        Assert.Equal(OpenOutcome.WrongRecipients, Envelope.Open(twice, Some.Beta.Decryption).Outcome);
    }

    [Fact]
    public void Three_recipients_are_refused()
    {
        var forged = new ForgedEnvelope(ForgedEnvelope.ForTwo(Some.Beta.Encryption, Some.Gamma.Encryption));
        forged.Recipients.Children.Add(new ForgedEnvelope(Envelope.Seal(Some.Content, Some.Alpha.Encryption)).Recipient);
        forged.Recipients.SortAsSet();

        Assert.Equal(OpenOutcome.WrongRecipients, forged.Open());
    }

    [Theory]
    [InlineData(0x30)]
    [InlineData(0xA2)]
    [InlineData(0xA3)]
    [InlineData(0xA4)]
    public void A_recipient_of_another_kind_is_refused_even_beside_us(byte tag)
    {
        var forged = ForgedEnvelope.Message();
        forged.Recipients.Children.Add(DerNode.Constructed(tag, DerNode.Primitive(2, 0)));
        forged.Recipients.SortAsSet();

        Assert.Equal(OpenOutcome.WrongRecipients, forged.Open());
    }

    [Fact]
    public void Two_encrypted_keys_under_one_key_agreement_are_refused()
    {
        var forged = ForgedEnvelope.Message();
        forged.Recipient[4].Children.Add(forged.EncryptedKey.Copy());

        Assert.Equal(OpenOutcome.WrongRecipients, forged.Open());
    }

    [Fact]
    public void A_recipient_named_by_issuer_and_serial_is_refused()
    {
        var forged = ForgedEnvelope.Message();
        forged.EncryptedKey.Children[0] = DerNode.Constructed(0x30, DerNode.Constructed(0x30), DerNode.Primitive(2, 1));

        Assert.Equal(OpenOutcome.Malformed, forged.Open());
    }

    [Fact]
    public void Another_version_of_key_agreement_is_refused()
    {
        var forged = ForgedEnvelope.Message();
        forged.Recipient[0].Value = [2];

        Assert.Equal(OpenOutcome.WrongAlgorithm, forged.Open());
    }

    [Theory]
    [InlineData("301506062B8104010B02300B060960864801650304012D", "the derivation with SHA-384")]
    [InlineData("301806092B81051086483F0002300B060960864801650304012D", "the derivation with SHA-1")]
    [InlineData("301506062B8104010B01300B0609608648016503040105", "key wrap with 128 bits")]
    [InlineData("301706062B8104010B01300D060960864801650304012D0500", "key wrap with null parameters")]
    public void Another_key_agreement_algorithm_is_refused(string algorithm, string what)
    {
        var forged = ForgedEnvelope.Message();
        forged.Recipient.Children[3] = DerNode.Parse(Convert.FromHexString(algorithm));

        Assert.True(forged.Open() == OpenOutcome.WrongAlgorithm, what);
    }

    [Fact]
    public void A_wrapped_key_of_another_length_is_refused()
    {
        var forged = ForgedEnvelope.Message();
        forged.EncryptedKey[1].Value = new byte[48];

        Assert.Equal(OpenOutcome.NotAuthentic, forged.Open());
    }

    [Fact]
    public void An_originator_key_by_reference_is_refused()
    {
        var forged = ForgedEnvelope.Message();
        forged.Recipient[1].Children[0] = DerNode.Primitive(0x80, new byte[20]);

        Assert.Equal(OpenOutcome.Malformed, forged.Open());
    }

    [Fact]
    public void An_originator_key_that_names_a_curve_is_another_encoding_and_refused()
    {
        var forged = ForgedEnvelope.Message();
        forged.OriginatorKey[0].Children.Add(DerNode.Parse(EncodedOids.PrimeCurve256));

        Assert.Equal(OpenOutcome.WrongAlgorithm, forged.Open());
    }

    [Fact]
    public void The_point_at_infinity_is_refused() => Assert.Equal(OpenOutcome.WrongAlgorithm, OpenWithPoint([0]));

    [Fact]
    public void A_compressed_point_is_refused()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var point = ForgedEnvelope.PointOf(key);

        Assert.Equal(OpenOutcome.WrongAlgorithm, OpenWithPoint([(byte)(2 + (point[64] & 1)), .. point[1..33]]));
    }

    [Fact]
    public void A_point_off_the_curve_does_not_decrypt()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var point = ForgedEnvelope.PointOf(key);
        point[64] ^= 1;

        Assert.Equal(OpenOutcome.NotAuthentic, OpenWithPoint(point));
    }

    /// <summary>The point of order 2 on y^2 = x^3 - 3x + b' with another b': what an invalid-curve attack sends.</summary>
    [Fact]
    public void A_point_of_small_order_on_another_curve_does_not_decrypt()
    {
        byte[] point = [4, .. Enumerable.Repeat((byte)0x11, 32), .. new byte[32]];

        Assert.Equal(OpenOutcome.NotAuthentic, OpenWithPoint(point));
    }

    [Fact]
    public void Coordinates_of_zero_do_not_decrypt() =>
        Assert.Equal(OpenOutcome.NotAuthentic, OpenWithPoint([4, .. new byte[64]]));

    [Fact]
    public void Coordinates_beyond_the_field_do_not_decrypt() =>
        Assert.Equal(OpenOutcome.NotAuthentic, OpenWithPoint([4, .. Enumerable.Repeat((byte)0xFF, 64)]));

    private static OpenOutcome OpenWithPoint(byte[] point)
    {
        var forged = ForgedEnvelope.Message();
        forged.OriginatorKey.Children[1] = DerNode.Primitive(BitString, [0, .. point]);
        return forged.Open();
    }
}
