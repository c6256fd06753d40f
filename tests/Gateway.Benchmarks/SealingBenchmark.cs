using System.Security.Cryptography;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Signatures;
using Gateway.TestKit.Pki;

namespace Gateway.Benchmarks;

/// <summary>Seal and open against the raw primitives of the same sizes: what the CMS around them costs.</summary>
internal static class SealingBenchmark
{
    private const int MappingBytes = 400;

    public static Task RunAsync(TextWriter output)
    {
        using var alpha = new TestProvider("xvide://alpha/a1");
        using var beta = new TestProvider("xvide://beta/b1");
        foreach (var mappings in (int[])[1, 16, 256, 1024])
        {
            Seal(alpha, beta, mappings).Run(output);
            Open(alpha, beta, mappings).Run(output);
        }

        return Task.CompletedTask;
    }

    public static Contest Seal(TestProvider sender, TestProvider recipient, int mappings)
    {
        var content = Content(mappings);
        var raw = new RawPrimitives(content);
        var contest = new Contest($"Seal {mappings} mappings of {MappingBytes} bytes", "mapping", mappings, Rounds(mappings));
        contest.Add("raw ECDSA sign + ECDH keygen and derive + AES-GCM + SHA-256", raw.Protect);
        contest.Add("seal (CMS SignedData in AuthEnvelopedData, receipt asked for)", () =>
            MessageSealer.Seal(content, Context(sender, recipient, mappings), sender.Signing, recipient.Encryption, sender.Now));
        return contest;
    }

    public static Contest Open(TestProvider sender, TestProvider recipient, int mappings)
    {
        var content = Content(mappings);
        var raw = new RawPrimitives(content);
        var envelope = MessageSealer.Seal(content, Context(sender, recipient, mappings), sender.Signing, recipient.Encryption, sender.Now).Envelope;
        var contest = new Contest($"Open {mappings} mappings of {MappingBytes} bytes", "mapping", mappings, Rounds(mappings));
        contest.Add("raw ECDH import and derive + AES-GCM + SHA-256 + ECDSA verify", raw.Unprotect);
        contest.Add("open (decrypt, verify, every check of the profile)", () =>
        {
            if (!MessageOpener.Open(envelope, recipient.Decryption, sender.Signers).IsOpened)
            {
                throw new InvalidOperationException("the message did not open");
            }
        });
        return contest;
    }

    private static int Rounds(int mappings) => mappings > 100 ? 101 : 301;

    private static byte[] Content(int mappings) => RandomNumberGenerator.GetBytes(mappings * MappingBytes);

    private static ExchangeContext Context(TestProvider sender, TestProvider recipient, int mappings) => new(
        sender.Uri, recipient.Uri, "benchmark", 1, "benchmark", new byte[16], 1, default, sender.Now.AddDays(1), mappings, new byte[32]);
}
