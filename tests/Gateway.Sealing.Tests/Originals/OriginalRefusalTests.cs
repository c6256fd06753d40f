using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Originals;
using Gateway.Sealing.Signatures;
using Gateway.Sealing.Tests.Forge;

namespace Gateway.Sealing.Tests.Originals;

/// <summary>What a dishonest channel or a dishonest sender can do to a sealed original, and that no byte past the last good chunk gets out.</summary>
public sealed class OriginalRefusalTests
{
    private const int Chunks = 5;

    private static readonly byte[] Content = SealedOriginal.Content(((Chunks - 1) * SealedOriginal.ChunkBytes) + 20);

    [Fact]
    public void A_flipped_byte_anywhere_releases_nothing_of_its_chunk_or_of_any_later_one()
    {
        var original = SealedOriginal.Of(Content);
        var chunksAt = SealedOriginal.ChunksAt(original);

        for (var position = 0; position < original.Length; position++)
        {
            original[position] ^= 0x40;
            var (result, released) = SealedOriginal.Open(original);
            original[position] ^= 0x40;

            var goodChunks = position < chunksAt ? 0 : (position - chunksAt) / SealedOriginal.SealedChunkBytes;
            Assert.False(result.IsOpened, $"opened with byte {position} flipped");
            Assert.Equal(Content[..(goodChunks * SealedOriginal.ChunkBytes)], released);
        }
    }

    [Fact]
    public void An_original_cut_anywhere_is_never_whole()
    {
        var original = SealedOriginal.Of(Content);
        var chunksAt = SealedOriginal.ChunksAt(original);

        for (var length = 0; length < original.Length; length++)
        {
            var (result, released) = SealedOriginal.Open(original[..length]);

            Assert.False(result.IsOpened, $"opened though cut at {length}");
            var wholeChunks = Math.Max(0, length - chunksAt) / SealedOriginal.SealedChunkBytes;
            Assert.True(released.Length <= wholeChunks * SealedOriginal.ChunkBytes && Content.AsSpan().StartsWith(released));
        }
    }

    [Fact]
    public void An_original_cut_between_two_chunks_is_called_truncated()
    {
        var original = SealedOriginal.Of(Content);
        var chunks = SealedOriginal.Chunks(original);

        for (var kept = 0; kept < Chunks; kept++)
        {
            var (result, _) = SealedOriginal.Open(SealedOriginal.With(original, chunks[..kept]));
            Assert.Equal(OriginalOutcome.Truncated, result.Outcome);
        }
    }

    [Fact]
    public void Chunks_in_another_order_repeated_or_left_out_are_refused_at_the_first_wrong_place()
    {
        var original = SealedOriginal.Of(Content);
        var c = SealedOriginal.Chunks(original);

        AssertRefused(SealedOriginal.With(original, c[0], c[2], c[1], c[3], c[4]), goodChunks: 1);
        AssertRefused(SealedOriginal.With(original, c[0], c[1], c[1], c[2], c[3], c[4]), goodChunks: 2);
        AssertRefused(SealedOriginal.With(original, c[0], c[1], c[3], c[4]), goodChunks: 2);
        AssertRefused(SealedOriginal.With(original, c[1], c[2], c[3], c[4]), goodChunks: 0);
        AssertRefused(SealedOriginal.With(original, c[0], c[4]), goodChunks: 1);
        AssertRefused(SealedOriginal.With(original, c[4]), goodChunks: 0);
    }

    [Fact]
    public void Something_after_the_last_chunk_is_refused()
    {
        var original = SealedOriginal.Of(Content);
        var full = SealedOriginal.Of(SealedOriginal.Content(2 * SealedOriginal.ChunkBytes));

        AssertRefused([.. original, 0], goodChunks: Chunks - 1);
        AssertRefused([.. original, .. original], goodChunks: Chunks - 1);
        Assert.Equal(OriginalOutcome.ChunkNotAuthentic, SealedOriginal.Open([.. full, 0]).Result.Outcome);
        Assert.NotEqual(OriginalOutcome.Opened, SealedOriginal.Open([.. full, .. new byte[16]]).Result.Outcome);
    }

    [Fact]
    public void A_chunk_of_another_stream_of_the_same_sender_and_recipient_is_refused()
    {
        var (one, other) = (SealedOriginal.Of(Content), SealedOriginal.Of(Content));
        var (mine, theirs) = (SealedOriginal.Chunks(one), SealedOriginal.Chunks(other));

        for (var place = 0; place < Chunks; place++)
        {
            var spliced = mine.ToArray();
            spliced[place] = theirs[place];
            AssertRefused(SealedOriginal.With(one, spliced), goodChunks: place);
        }
    }

    [Fact]
    public void The_header_of_another_stream_does_not_open_these_chunks()
    {
        var (one, other) = (SealedOriginal.Of(Content), SealedOriginal.Of(Content));

        var (result, released) = SealedOriginal.Open(SealedOriginal.WithHeader(one, SealedOriginal.Header(other)));

        Assert.Equal(OriginalOutcome.OtherKey, result.Outcome);
        Assert.Empty(released);
    }

    [Fact]
    public void A_recipient_cannot_pass_our_statement_on_as_if_it_were_for_another()
    {
        var original = SealedOriginal.Of(Content);
        var inner = Envelope.Open(SealedOriginal.Header(original), Some.Beta.Decryption).Content!;

        var forwarded = SealedOriginal.WithHeader(original, Envelope.Seal(inner, Some.Gamma.Encryption));

        Assert.Equal(OriginalOutcome.NotForUs, SealedOriginal.Open(forwarded, Some.Gamma).Result.Outcome);
    }

    [Fact]
    public void A_second_envelope_around_the_same_statement_does_not_fit_the_chunks()
    {
        var original = SealedOriginal.Of(Content);
        var inner = Envelope.Open(SealedOriginal.Header(original), Some.Beta.Decryption).Content!;

        var again = SealedOriginal.WithHeader(original, Envelope.Seal(inner, Some.Beta.Encryption));

        Assert.Equal(OriginalOutcome.OtherKey, SealedOriginal.Open(again).Result.Outcome);
    }

    [Fact]
    public void A_stranger_cannot_seal_one()
    {
        var strangers = SealedOriginal.Of(Content, SealedOriginal.Context(Some.Beta) with { Sender = Some.Gamma.Uri }, Some.Gamma.Signing);

        var (result, released) = SealedOriginal.Open(strangers);

        Assert.Equal((OriginalOutcome.HeaderNotVerified, VerifyOutcome.UnknownSigner), (result.Outcome, result.Verify));
        Assert.Empty(released);
    }

    [Fact]
    public void A_message_is_no_statement_and_a_statement_in_the_name_of_another_is_refused()
    {
        var original = SealedOriginal.Of(Content);

        Assert.Equal(VerifyOutcome.WrongContentType, SealedOriginal.Open(SealedOriginal.WithHeader(original, Some.Sealed().Envelope)).Result.Verify);
        Assert.Equal(OriginalOutcome.SenderIsNotSigner, OpenStatement(original, statement => statement[1].Value = [.. "xvide://gamma/gw1"u8]).Outcome);
    }

    [Theory]
    [InlineData(0, "02")] // another version
    [InlineData(4, "20")] // a purpose of one space
    [InlineData(6, "00")] // a stream id of one byte
    [InlineData(7, "00")] // a data key of one byte
    public void A_statement_out_of_its_bounds_is_refused(int field, string value)
    {
        var result = OpenStatement(SealedOriginal.Of(Content), statement => statement[field].Value = Convert.FromHexString(value));

        Assert.Equal(OriginalOutcome.StatementMalformed, result.Outcome);
    }

    [Fact]
    public void A_statement_with_a_field_more_or_three_recipients_is_refused()
    {
        var original = SealedOriginal.Of(Content);

        Assert.Equal(OriginalOutcome.StatementMalformed, OpenStatement(original, statement => statement.Children.Add(DerNode.Primitive(4, 1))).Outcome);
        Assert.Equal(OriginalOutcome.StatementMalformed, OpenStatement(original, statement => statement.Children.RemoveAt(7)).Outcome);
        Assert.Equal(
            OriginalOutcome.StatementMalformed,
            OpenStatement(original, statement => statement[2].Children.AddRange([statement[2][0], statement[2][0]])).Outcome);
    }

    [Fact]
    public void An_original_whose_time_is_over_is_not_opened()
    {
        var original = SealedOriginal.Of(Content);

        Assert.True(SealedOriginal.Open(original, now: Some.Time.AddDays(30).AddSeconds(-1)).Result.IsOpened);
        var (result, released) = SealedOriginal.Open(original, now: Some.Time.AddDays(30));
        Assert.Equal(OriginalOutcome.Expired, result.Outcome);
        Assert.Empty(released);
    }

    [Fact]
    public async Task A_header_longer_than_its_bound_is_not_even_read()
    {
        byte[] claim = [.. OriginalFormat.Preamble, 0x7F, 0xFF, 0xFF, 0xFF];
        using var source = new CountedStream(claim);

        var result = await OriginalOpener.OpenAsync(source, Stream.Null, Some.Beta.Decryption, Some.Alpha.Signers, Some.Time, default);

        Assert.Equal(OriginalOutcome.NotAnOriginal, result.Outcome);
        Assert.Equal(claim.Length, source.ReadBytes);
    }

    private static void AssertRefused(byte[] original, int goodChunks)
    {
        var (result, released) = SealedOriginal.Open(original);

        Assert.Equal(OriginalOutcome.ChunkNotAuthentic, result.Outcome);
        Assert.Equal(Content[..(goodChunks * SealedOriginal.ChunkBytes)], released);
    }

    /// <summary>A statement that a dishonest sender with a genuine key changed, signed and sealed again.</summary>
    private static OriginalResult OpenStatement(byte[] original, Action<DerNode> change)
    {
        var message = new ForgedSignedData(Envelope.Open(SealedOriginal.Header(original), Some.Beta.Decryption).Content!);
        var statement = DerNode.Parse(message.Content.Value);
        change(statement);
        message.Content.Value = statement.Encode();
        message.AttributeValue(EncodedOids.MessageDigest).Value = System.Security.Cryptography.SHA256.HashData(message.Content.Value);
        var header = Envelope.Seal(message.SignedBy(Some.Alpha), Some.Beta.Encryption);
        var (result, released) = SealedOriginal.Open(SealedOriginal.WithHeader(original, header));
        Assert.Empty(released);
        return result;
    }

    private sealed class CountedStream(byte[] bytes) : MemoryStream([.. bytes, .. new byte[100_000]])
    {
        public long ReadBytes => Position;
    }
}
