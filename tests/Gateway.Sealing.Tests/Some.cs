using System.Security.Cryptography;
using System.Text;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Signatures;
using Gateway.TestKit.Pki;

namespace Gateway.Sealing.Tests;

/// <summary>Data of no special meaning, and the providers of most tests, made once: making keys is the slow part.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Time = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly TestProvider Alpha = new("xvide://alpha/gw1", Time);
    public static readonly TestProvider Beta = new("xvide://beta/gw1", Time);
    public static readonly TestProvider Gamma = new("xvide://gamma/gw1", Time);

    public static readonly byte[] Content = Encoding.ASCII.GetBytes("the content of a batch");

    private static readonly byte[] MessageId = Convert.FromHexString("0195A0B0C0D07000800000000000002A");
    private static readonly byte[] Root = SHA256.HashData("root"u8);
    private static readonly byte[] Previous = new byte[32];

    public static ExchangeContext Context(TestProvider? from = null, TestProvider? to = null, long sequence = 1) => new(
        (from ?? Alpha).Uri,
        (to ?? Beta).Uri,
        "agreement-1",
        1,
        "purpose:roaming",
        MessageId,
        sequence,
        sequence == 1 ? default : Previous,
        Time.AddDays(1),
        1,
        Root);

    public static SealedMessage Sealed(byte[]? content = null) =>
        MessageSealer.Seal(content ?? Content, Context(), Alpha.Signing, Beta.Encryption, Time);

    public static byte[] Statement(byte[]? content = null) =>
        SignedDataWriter.SignStatement(content ?? Content, ContentTypes.Agreement, Alpha.Signing, Time);

    /// <summary>The signed message inside a sealed one.</summary>
    public static byte[] Inner(SealedMessage message) => Envelope.Open(message.Envelope, Beta.Decryption).Content!;

    /// <summary>A provider of the same name with other keys, as after a rotation.</summary>
    public static TestProvider Renewed(TestProvider provider) => new(provider.Uri.ToString(), Time);
}
