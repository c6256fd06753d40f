using Gateway.Sealing.Signatures;
using Gateway.TestKit.Pki;
using Google.Protobuf;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.MediaEvidence;

/// <summary><c>gateway verify</c> on the evidence of a whole stream, and on evidence that somebody had his hands on.</summary>
public sealed class StreamEvidenceTests
{
    private const int Held = 0;
    private const int NotHeld = 1;

    private static readonly TestProvider Alpha = new("xvide://alpha/a1");
    private static readonly TestProvider Mallory = new("xvide://alpha/a1");

    [Fact]
    public async Task Untouched_evidence_holds_with_every_released_frame()
    {
        using var stream = new KeptStream(Alpha);

        var result = await stream.VerifyAsync("--media", stream.Released);

        Assert.True(result.ExitCode == Held, result.ToString());
        Assert.Contains("3 signed roots, each going on from the one before it, and the 10 records are the ones under them", result.Output, StringComparison.Ordinal);
        Assert.Contains("10 of 10 files are frames that the stream released", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_byte_of_a_released_frame_is_enough()
    {
        using var stream = new KeptStream(Alpha);
        var bytes = await File.ReadAllBytesAsync(stream.Frame(5));
        bytes[17] ^= 1;
        await File.WriteAllBytesAsync(stream.Frame(5), bytes);

        await AssertFailsAsync(stream, "no record speaks of 5.frame", "--media", stream.Released);
    }

    [Fact]
    public async Task A_stream_that_was_cut_off_is_proved_to_its_last_checkpoint_and_said_to_be_cut()
    {
        using var stream = new KeptStream(Alpha, isClosed: false);

        var result = await stream.VerifyAsync("--media", stream.Released);

        Assert.Equal(NotHeld, result.ExitCode);
        Assert.Contains("holds         2 signed roots, each going on from the one before it, and the 8 records", result.Output, StringComparison.Ordinal);
        Assert.Contains("DOES NOT HOLD the stream was closed: the evidence speaks of its first 8 frames and of no others", result.Output, StringComparison.Ordinal);
        Assert.Contains("DOES NOT HOLD 2 records follow the last root", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_ends_within_an_entry_is_told_and_what_came_before_is_checked()
    {
        using var stream = new KeptStream(Alpha);
        var path = stream.Write();
        await using (var file = File.OpenWrite(path))
        {
            file.SetLength(file.Length - 3);
        }

        var result = await InProcess.RunAsync("verify", path, "--anchors", stream.Anchors);

        Assert.Equal(NotHeld, result.ExitCode);
        Assert.Contains("the file ends within an entry", result.Output, StringComparison.Ordinal);
        Assert.Contains("the 8 records are the ones under them", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_in_the_place_of_another_is_noticed()
    {
        using var stream = new KeptStream(Alpha);
        var record = Wire.DeidentificationRecord.Parser.ParseFrom(stream.Entries[6].Record);
        record.OutputSha256 = ByteString.CopyFrom(new byte[32]);
        stream.Entries[6].Record = record.ToByteString();

        await AssertFailsAsync(stream, "root 2 of the file: the records are not the ones it covers");
    }

    [Fact]
    public async Task A_dropped_frame_is_noticed()
    {
        using var stream = new KeptStream(Alpha);
        stream.Entries.RemoveAt(6);

        await AssertFailsAsync(stream, "root 2 of the file: it covers 8 records, and 7 are there");
    }

    [Fact]
    public async Task An_added_frame_is_noticed()
    {
        using var stream = new KeptStream(Alpha);
        var record = Wire.DeidentificationRecord.Parser.ParseFrom(stream.Entries[^2].Record);
        record.FrameNumber++;
        stream.Entries.Insert(stream.Entries.Count - 1, new Wire.StreamEvidence { Record = record.ToByteString() });

        await AssertFailsAsync(stream, "root 3 of the file: it covers 10 records, and 11 are there");
    }

    [Fact]
    public async Task Records_in_another_order_are_noticed()
    {
        using var stream = new KeptStream(Alpha);
        (stream.Entries[1], stream.Entries[2]) = (stream.Entries[2], stream.Entries[1]);

        await AssertFailsAsync(stream, "does not follow frame 2");
    }

    [Fact]
    public async Task The_root_of_another_stream_is_noticed()
    {
        using var stream = new KeptStream(Alpha);
        using var other = new KeptStream(Alpha);
        stream.Entries[^1] = other.Entries[^1];

        await AssertFailsAsync(stream, "it is the root of another stream");
    }

    [Fact]
    public async Task A_checkpoint_that_was_left_out_is_noticed()
    {
        using var stream = new KeptStream(Alpha);
        stream.Entries.Remove(stream.Entries.First(entry => entry.EntryCase == Wire.StreamEvidence.EntryOneofCase.SignedRecord));

        await AssertFailsAsync(stream, "it is root 2 of its stream, and root 1 was expected");
    }

    [Fact]
    public async Task A_beginning_that_was_cut_off_is_noticed()
    {
        using var stream = new KeptStream(Alpha);
        stream.Entries.RemoveRange(0, 5);

        await AssertFailsAsync(stream, "it is root 2 of its stream, and root 1 was expected");
    }

    [Fact]
    public async Task A_record_after_the_end_is_noticed()
    {
        using var stream = new KeptStream(Alpha);
        stream.Entries.Add(stream.Entries[0]);

        await AssertFailsAsync(stream, "record 11 follows the end of the stream");
    }

    [Fact]
    public async Task The_anchor_of_another_provider_proves_nothing()
    {
        using var stream = new KeptStream(Alpha);
        using var other = new KeptStream(Mallory);

        var result = await InProcess.RunAsync("verify", stream.Write(), "--anchors", other.Anchors);

        Assert.Equal(NotHeld, result.ExitCode);
        Assert.Contains("UntrustedChain", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_root_signed_with_a_certificate_for_TLS_proves_nothing()
    {
        using var stream = new KeptStream(Alpha);
        var signed = stream.Entries[4].SignedRecord.ToByteArray();
        var content = SignedDataVerifier.Verify(signed, ContentTypes.StreamRecord, OfflineSigners.From(signed, [Alpha.Anchors], Alpha.Now).Signers).Message!.Content;
        stream.Entries[4] = KeptStream.Root(ForeignSigner.SignStatement(content.Span, ContentTypes.StreamRecord, Alpha, "signing", Alpha.Now));
        var control = await stream.VerifyAsync();
        stream.Entries[4] = KeptStream.Root(ForeignSigner.SignStatement(content.Span, ContentTypes.StreamRecord, Alpha, "tls", Alpha.Now));

        Assert.True(control.ExitCode == Held, control.ToString());
        await AssertFailsAsync(stream, "certificate: WrongPurpose");
    }

    [Fact]
    public async Task A_root_that_speaks_for_another_provider_is_noticed()
    {
        using var stream = new KeptStream(Alpha);
        var root = Content(stream.Entries[4]);
        root.Provider = "beta";
        stream.Entries[4] = KeptStream.Root(SignedDataWriter.SignStatement(root.ToByteArray(), ContentTypes.StreamRecord, Alpha.Signing, Alpha.Now));

        await AssertFailsAsync(stream, "it speaks for beta, and alpha signed it");
    }

    [Fact]
    public async Task A_root_that_the_signer_himself_made_without_the_proof_of_its_beginning_is_noticed()
    {
        using var stream = new KeptStream(Alpha, frames: 8);
        var root = Content(stream.Entries[9]);
        root.ConsistencyPath = ByteString.CopyFrom(new byte[root.ConsistencyPath.Length]);
        stream.Entries[9] = KeptStream.Root(SignedDataWriter.SignStatement(root.ToByteArray(), ContentTypes.StreamRecord, Alpha.Signing, Alpha.Now));

        await AssertFailsAsync(stream, "its proof that the root before it is its beginning does not hold");
    }

    [Fact]
    public async Task Bytes_that_are_no_evidence_are_refused_with_what_to_do()
    {
        using var stream = new KeptStream(Alpha);
        var path = stream.Write();
        await File.AppendAllBytesAsync(path, [0xFF, 0xFF, 0xFF, 0xFF, 0x7F]);

        var result = await InProcess.RunAsync("verify", path, "--anchors", stream.Anchors);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("longer than entries are", result.Error, StringComparison.Ordinal);
    }

    private static Wire.StreamRecord Content(Wire.StreamEvidence entry)
    {
        var signed = entry.SignedRecord.ToByteArray();
        var result = SignedDataVerifier.Verify(signed, ContentTypes.StreamRecord, OfflineSigners.From(signed, [Alpha.Anchors], Alpha.Now).Signers);
        return Wire.StreamRecord.Parser.ParseFrom(result.Message!.Content.Span);
    }

    private static async Task AssertFailsAsync(KeptStream stream, string why, params string[] more)
    {
        var result = await stream.VerifyAsync(more);

        Assert.True(result.ExitCode == NotHeld, result.ToString());
        Assert.Contains(why, result.Output, StringComparison.Ordinal);
    }
}
