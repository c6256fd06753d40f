using System.Formats.Asn1;
using System.Security.Cryptography;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Originals;
using Gateway.Sealing.Signatures;

namespace Gateway.Sealing.Tests.Originals;

public sealed class OriginalTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(SealedOriginal.ChunkBytes - 1)]
    [InlineData(SealedOriginal.ChunkBytes)]
    [InlineData(SealedOriginal.ChunkBytes + 1)]
    [InlineData(3 * SealedOriginal.ChunkBytes)]
    [InlineData(1000)]
    public void An_original_of_any_size_comes_back_as_it_was(int bytes)
    {
        var content = SealedOriginal.Content(bytes);

        var (result, released) = SealedOriginal.Open(SealedOriginal.Of(content));

        Assert.True(result.IsOpened, result.Outcome.ToString());
        Assert.Equal(content, released);
        Assert.Equal((Some.Alpha.Uri, "lawful-request", "agreement-1"), (result.Context.Sender, result.Context.Purpose, result.Context.AgreementId));
    }

    [Fact]
    public void Each_of_two_recipients_opens_it_and_nobody_else()
    {
        var content = SealedOriginal.Content(200);
        var original = SealedOriginal.Of(content, recipients: [Some.Beta, Some.Gamma]);

        Assert.Equal(content, SealedOriginal.Open(original, Some.Beta).Released);
        Assert.Equal(content, SealedOriginal.Open(original, Some.Gamma).Released);
        var (result, released) = SealedOriginal.Open(original, Some.Alpha);
        Assert.Equal((OriginalOutcome.HeaderNotOpened, OpenOutcome.NotForUs), (result.Outcome, result.Open));
        Assert.Empty(released);
    }

    [Fact]
    public void No_two_sealed_originals_of_the_same_content_have_a_chunk_in_common()
    {
        var content = SealedOriginal.Content(1000);

        var chunks = Enumerable.Range(0, 20).SelectMany(_ => SealedOriginal.Chunks(SealedOriginal.Of(content))).Select(Convert.ToHexString).ToList();

        Assert.Equal(chunks.Count, chunks.Distinct().Count());
    }

    /// <summary>The construction as its documentation tells it, written a second time without the code under test.</summary>
    [Fact]
    public void Somebody_who_has_only_the_documentation_opens_it()
    {
        var content = SealedOriginal.Content(150);
        var original = SealedOriginal.Of(content);

        var header = SealedOriginal.Header(original);
        var signed = SignedDataVerifier.Verify(Envelope.Open(header, Some.Beta.Decryption).Content!, ContentTypes.SealedOriginal, Some.Alpha.Signers).Message!;
        var statement = new AsnReader(signed.Content, AsnEncodingRules.DER).ReadSequence();
        for (var field = 0; field < 6; field++)
        {
            statement.ReadEncodedValue();
        }

        var streamId = statement.ReadOctetString();
        var derived = HKDF.DeriveKey(HashAlgorithmName.SHA256, statement.ReadOctetString(), 64, streamId, [.. "gateway original 1"u8, .. SHA256.HashData(header)]);
        using var gcm = new AesGcm(derived.AsSpan(0, 32), 16);
        var opened = new List<byte>();
        var chunks = SealedOriginal.Chunks(original);
        for (byte index = 0; index < chunks.Length; index++)
        {
            byte[] nonce = [index == chunks.Length - 1 ? (byte)1 : (byte)0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, index];
            var plain = new byte[chunks[index].Length - 16];
            gcm.Decrypt(nonce, chunks[index].AsSpan(..^16), chunks[index].AsSpan(^16..), plain, streamId);
            opened.AddRange(plain);
        }

        Assert.Equal(content, opened);
        Assert.Equal(derived[32..], original[(SealedOriginal.ChunksAt(original) - 32)..SealedOriginal.ChunksAt(original)]);
    }

    [Fact]
    public async Task A_context_that_does_not_name_the_owners_of_the_keys_is_not_sealed()
    {
        foreach (var context in (OriginalContext[])
        [
            SealedOriginal.Context(Some.Gamma),
            SealedOriginal.Context(Some.Beta, Some.Gamma),
            SealedOriginal.Context(Some.Beta) with { Sender = Some.Gamma.Uri },
            SealedOriginal.Context(Some.Beta) with { Purpose = "" },
            SealedOriginal.Context(Some.Beta) with { Purpose = new string('p', 65) },
            SealedOriginal.Context(Some.Beta) with { AgreementId = "two words" },
            SealedOriginal.Context(),
        ])
        {
            using var target = new MemoryStream();
            await Assert.ThrowsAsync<ArgumentException>(() => OriginalSealer.SealAsync(Stream.Null, target, context, Some.Alpha.Signing, [Some.Beta.Encryption], Some.Time, default));
            Assert.Equal(0, target.Length);
        }
    }
}
