using System.Security.Cryptography;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Signatures;
using Gateway.Sealing.Tests.Forge;

namespace Gateway.Sealing.Tests.Envelopes;

/// <summary>
/// The order in which a message is checked: size, outer DER, exact algorithms, our key once, authenticity, inner DER, signer, attributes, digest,
/// signature. Each message here breaks a rule and every rule after it; it must be refused by the first, so that nothing later was ever asked.
/// </summary>
public sealed class OrderOfChecksTests
{
    private static readonly string[] Order =
    [
        nameof(OpenOutcome.TooLarge), nameof(OpenOutcome.Malformed), nameof(OpenOutcome.WrongAlgorithm), nameof(OpenOutcome.NotForUs), nameof(OpenOutcome.NotAuthentic),
        "Inner" + nameof(VerifyOutcome.Malformed), nameof(VerifyOutcome.UnknownSigner), nameof(VerifyOutcome.WrongAttributeSet), nameof(VerifyOutcome.DigestMismatch), nameof(VerifyOutcome.SignatureInvalid),
    ];

    public static TheoryData<int> Places => [.. Enumerable.Range(0, Order.Length)];

    [Theory]
    [MemberData(nameof(Places))]
    public void A_message_that_breaks_a_rule_and_all_later_ones_is_refused_by_the_first(int firstBroken)
    {
        var result = MessageOpener.Open(Broken(from: firstBroken), Some.Beta.Decryption, Some.Alpha.Signers);

        Assert.Equal(Order[firstBroken], result.Outcome == OpenOutcome.NotVerified ? Named(result.Verify!.Value) : result.Outcome.ToString());
        Assert.Null(result.Message);
    }

    [Fact]
    public void A_message_that_breaks_none_is_opened() =>
        Assert.True(MessageOpener.Open(Broken(from: Order.Length), Some.Beta.Decryption, Some.Alpha.Signers).IsOpened);

    private static string Named(VerifyOutcome outcome) => outcome == VerifyOutcome.Malformed ? "InnerMalformed" : outcome.ToString();

    private static byte[] Broken(int from)
    {
        bool Breaks(string rule) => Array.IndexOf(Order, rule) >= from;

        // From the innermost outwards, the signature first: whoever signs anew would mend it.
        var message = ForgedSignedData.Message();
        if (Breaks(nameof(VerifyOutcome.WrongAttributeSet)))
        {
            message.Remove(EncodedOids.ReceiptRequest);
        }

        if (Breaks(nameof(VerifyOutcome.DigestMismatch)))
        {
            message.AttributeValue(EncodedOids.MessageDigest).Value = SHA256.HashData("other content"u8);
        }

        message.SignedBy(Breaks(nameof(VerifyOutcome.SignatureInvalid)) ? Some.Gamma : Some.Alpha);
        if (Breaks(nameof(VerifyOutcome.UnknownSigner)))
        {
            message.Signer[1].Value = new byte[20];
        }

        byte[] inner = Breaks("InnerMalformed") ? [.. message.AsIs(), 0] : message.AsIs();
        var envelope = new ForgedEnvelope(Envelope.Seal(inner, Breaks(nameof(OpenOutcome.NotForUs)) ? Some.Gamma.Encryption : Some.Beta.Encryption));
        if (Breaks(nameof(OpenOutcome.NotAuthentic)))
        {
            envelope.Ciphertext.Value[0] ^= 1;
        }

        if (Breaks(nameof(OpenOutcome.WrongAlgorithm)))
        {
            envelope.GcmParameters[1].Value = [12];
        }

        byte[] sealedBytes = Breaks(nameof(OpenOutcome.Malformed)) ? [.. envelope.Encode(), 0] : envelope.Encode();
        return Breaks(nameof(OpenOutcome.TooLarge)) ? [.. sealedBytes, .. new byte[SealingLimits.ContentBytesMax + (3 * SealingLimits.OverheadBytesMax)]] : sealedBytes;
    }
}
