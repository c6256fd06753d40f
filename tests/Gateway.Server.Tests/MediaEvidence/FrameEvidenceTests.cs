using Gateway.Server.Commands;
using Gateway.TestKit.Pki;
using Google.Protobuf;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.MediaEvidence;

/// <summary>One released frame against the signed root of its stream, without the other frames.</summary>
public sealed class FrameEvidenceTests : IDisposable
{
    private static readonly TestProvider Alpha = new("xvide://alpha/a1");

    private readonly KeptStream _stream = new(Alpha, frames: 11);

    public void Dispose() => _stream.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(10)]
    public async Task A_frame_is_proved_by_its_own_evidence_alone(int number)
    {
        var evidence = await ProveAsync(number);

        var result = await VerifyAsync(evidence, number);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains($"holds         the record of frame {number} is number {number + 1} of the 11 under the root", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_evidence_says_nothing_of_the_other_frames()
    {
        var evidence = await File.ReadAllBytesAsync(await ProveAsync(7));

        var others = _stream.Entries.Where(entry => entry.EntryCase == Wire.StreamEvidence.EntryOneofCase.Record).Select(entry => Wire.DeidentificationRecord.Parser.ParseFrom(entry.Record)).Where(record => record.FrameNumber != 7);
        Assert.All(others, record => Assert.True(evidence.AsSpan().IndexOf(record.OutputSha256.Span) < 0));
    }

    [Fact]
    public async Task Another_frame_of_the_same_stream_is_not_the_one()
    {
        var result = await VerifyAsync(await ProveAsync(7), released: 8);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("DOES NOT HOLD the file 8.frame is the one that was released", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("index")]
    [InlineData("path")]
    [InlineData("record")]
    public async Task Evidence_that_was_changed_proves_nothing(string changed)
    {
        var path = await ProveAsync(7);
        var evidence = FrameEvidenceFile.Read(path);
        var record = Wire.DeidentificationRecord.Parser.ParseFrom(evidence.Record);
        record.Regions.Add(new Wire.Region());
        evidence.Index += changed == "index" ? 1ul : 0;
        evidence.InclusionPath = changed == "path" ? ByteString.CopyFrom(new byte[evidence.InclusionPath.Length]) : evidence.InclusionPath;
        evidence.Record = changed == "record" ? record.ToByteString() : evidence.Record;
        File.Delete(path);
        FrameEvidenceFile.Write(path, evidence);

        var result = await VerifyAsync(path, released: 7);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("DOES NOT HOLD the record of frame 7", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_root_of_another_stream_proves_nothing()
    {
        using var other = new KeptStream(Alpha, frames: 11);
        var path = await ProveAsync(7);
        var evidence = FrameEvidenceFile.Read(path);
        evidence.SignedRecord = other.Entries[^1].SignedRecord;
        File.Delete(path);
        FrameEvidenceFile.Write(path, evidence);

        var result = await VerifyAsync(path, released: 7);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("DOES NOT HOLD record and root are of the same stream", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_frame_that_no_root_covers_yet_cannot_be_proved()
    {
        using var cut = new KeptStream(Alpha, isClosed: false);

        var result = await InProcess.RunAsync("evidence", "frame", cut.Write(), cut["frame.evidence"], "--frame", "9");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("frame 9 follows the last signed root", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(cut["frame.evidence"]));
    }

    [Fact]
    public async Task A_frame_that_is_not_there_is_refused_with_what_to_do()
    {
        var result = await InProcess.RunAsync("evidence", "frame", _stream.Write(), _stream["frame.evidence"], "--frame", "99");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("there is no frame 99 in the evidence; name another frame", result.Error, StringComparison.Ordinal);
    }

    private async Task<string> ProveAsync(int number)
    {
        var output = _stream["frame.evidence"];
        var result = await InProcess.RunAsync("evidence", "frame", _stream.Write(), output, "--frame", $"{number}");
        Assert.True(result.ExitCode == 0, result.ToString());
        return output;
    }

    private Task<CommandResult> VerifyAsync(string evidence, int released) =>
        InProcess.RunAsync("verify", evidence, "--media", _stream.Frame(released), "--anchors", _stream.Anchors);
}
