using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Tests.Forge;
using Gateway.TestKit;

namespace Gateway.Sealing.Tests.Envelopes;

/// <summary>What sealing costs in memory is a promise; what it costs in time depends on the machine and is measured elsewhere.</summary>
public sealed class SealingCostTests(ITestOutputHelper output)
{
    // A batch of 256 mappings of 400 bytes.
    private const int ContentBytes = 256 * 400;
    private const int OverheadBytesMax = 24 * 1024;

    [Fact]
    public void Sealing_a_batch_of_256_allocates_the_envelope_and_little_else()
    {
        var content = new SeededGenerator(1).Bytes(ContentBytes);

        var allocated = AllocatedBy(() => Some.Sealed(content));

        output.WriteLine($"sealing {ContentBytes} B allocated {allocated} B");
        Assert.InRange(allocated, ContentBytes, ContentBytes + OverheadBytesMax);
    }

    [Fact]
    public void Opening_a_batch_of_256_allocates_the_content_and_little_else()
    {
        var envelope = Some.Sealed(new SeededGenerator(1).Bytes(ContentBytes)).Envelope;

        var allocated = AllocatedBy(() => MessageOpener.Open(envelope, Some.Beta.Decryption, Some.Alpha.Signers));

        output.WriteLine($"opening {ContentBytes} B allocated {allocated} B");
        Assert.InRange(allocated, ContentBytes, ContentBytes + OverheadBytesMax);
    }

    [Fact]
    public void An_envelope_for_one_recipient_stays_below_its_overhead()
    {
        var overhead = Some.Sealed(new byte[ContentBytes]).Envelope.Length - ContentBytes;

        output.WriteLine($"a sealed message is {overhead} B larger than its content");
        Assert.InRange(overhead, 0, 4 * 1024);
    }

    [Fact]
    public void Many_threads_seal_and_open_with_the_same_keys()
    {
        var failures = 0;

        Parallel.For(0, 300, number =>
        {
            byte[] content = [(byte)number, (byte)(number >> 8)];
            var message = MessageSealer.Seal(content, Some.Context(), Some.Alpha.Signing, Some.Beta.Encryption, Some.Time);
            var opened = MessageOpener.Open(message.Envelope, Some.Beta.Decryption, Some.Alpha.Signers);
            if (opened.Outcome != OpenOutcome.Opened || !opened.Message!.Content.Span.SequenceEqual(content))
            {
                Interlocked.Increment(ref failures);
            }
        });

        Assert.Equal(0, failures);
    }

    [Fact]
    public void No_two_envelopes_of_the_same_content_share_a_key_or_nonce()
    {
        var envelopes = Enumerable.Range(0, 20).Select(_ => ForgedEnvelope.Message()).ToList();

        Assert.Equal(20, envelopes.Select(envelope => Convert.ToHexString(envelope.GcmParameters[0].Value)).Distinct().Count());
        Assert.Equal(20, envelopes.Select(envelope => Convert.ToHexString(envelope.EncryptedKey[1].Value)).Distinct().Count());
        Assert.Equal(20, envelopes.Select(envelope => Convert.ToHexString(envelope.KeyingMaterial.Value)).Distinct().Count());
        Assert.Equal(20, envelopes.Select(envelope => Convert.ToHexString(envelope.OriginatorKey[1].Value)).Distinct().Count());
    }

    /// <summary>The second run counts: the first compiles.</summary>
    private static long AllocatedBy(Func<object> act)
    {
        GC.KeepAlive(act());
        var before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(act());
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
