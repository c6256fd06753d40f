using System.Security.Cryptography;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Signatures;
using Gateway.TestKit.Pki;

namespace Gateway.Sealing.Tests;

/// <summary>Data for tests, named where it matters.</summary>
internal static class Some
{
    public static byte[] Content { get; } = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];

    public static ExchangeContext Context(TestProvider sender, TestProvider recipient) => new(
        sender.Uri,
        recipient.Uri,
        "roaming-2026",
        1,
        "subscriber-authentication",
        RandomNumberGenerator.GetBytes(ExchangeContext.MessageIdBytes),
        1,
        default,
        sender.Now.AddDays(1),
        3,
        RandomNumberGenerator.GetBytes(MerkleTree.HashBytes));

    public static SealedMessage Message(TestProvider sender, TestProvider recipient) =>
        MessageSealer.Seal(Content, Context(sender, recipient), sender.Signing, recipient.Encryption, sender.Now);
}
