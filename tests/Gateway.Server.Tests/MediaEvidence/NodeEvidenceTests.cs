using Gateway.Contracts.Deidentification.V1;
using Gateway.Server.Records;
using Gateway.Server.Tests.Deidentification;
using Gateway.TestKit;
using Grpc.Core;

namespace Gateway.Server.Tests.MediaEvidence;

/// <summary>Evidence as a client of a real node keeps it, while the stream goes on and when it is cut off.</summary>
[Collection(MediaNodeGroup.Name)]
public sealed class NodeEvidenceTests(MediaNode node) : IDisposable
{
    private readonly DrawnClip _clip = new();
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_stream_that_goes_on_gets_signed_roots_on_the_way_and_the_whole_holds()
    {
        using (var call = node.Client.DeidentifyStream())
        {
            await using var evidence = Begin();
            await SendAsync(call, 0, 8);
            await KeepUntilAsync(call, evidence, response => response.Checkpoint is not null);
            await SendAsync(call, 8, 12);
            await call.RequestStream.CompleteAsync();
            await KeepUntilAsync(call, evidence, response => response.Closed is not null);
        }

        var result = await VerifyAsync();

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("12 of 12 files are frames that the stream released", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_is_cut_off_leaves_its_last_root()
    {
        using (var call = node.Client.DeidentifyStream())
        {
            await using var evidence = Begin();
            await SendAsync(call, 0, 8);
            await KeepUntilAsync(call, evidence, response => response.Checkpoint is not null);
        }

        var result = await VerifyAsync();

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("root 1 of the stream (a checkpoint) was signed by xvide://alpha/a1", result.Output, StringComparison.Ordinal);
        Assert.Contains("DOES NOT HOLD the stream was closed: the evidence speaks of its first", result.Output, StringComparison.Ordinal);
    }

    private FileStream Begin()
    {
        Directory.CreateDirectory(_folder["released"]);
        var file = File.Create(_folder["clip.evidence"]);
        StreamEvidenceFile.Begin(file);
        return file;
    }

    private async Task SendAsync(AsyncDuplexStreamingCall<DeidentifyStreamRequest, DeidentifyStreamResponse> call, int from, int to)
    {
        if (from == 0)
        {
            await call.RequestStream.WriteAsync(DrawnClip.Open());
        }

        for (var number = from; number < to; number++)
        {
            await call.RequestStream.WriteAsync(_clip.Frame(number));
        }
    }

    private async Task KeepUntilAsync(
        AsyncDuplexStreamingCall<DeidentifyStreamRequest, DeidentifyStreamResponse> call, FileStream evidence, Func<DeidentifyStreamResponse, bool> isLast)
    {
        while (await call.ResponseStream.MoveNext(default).WaitAsync(TimeSpan.FromSeconds(60)))
        {
            var response = call.ResponseStream.Current;
            if (response.Frame is { } frame)
            {
                StreamEvidenceFile.AppendRecord(evidence, frame.Record.Memory);
                _folder.Write($"released/{frame.Number}", frame.Data.Span);
            }
            else if ((response.Checkpoint?.SignedRecord ?? response.Closed?.SignedRecord) is { } signed)
            {
                StreamEvidenceFile.AppendRoot(evidence, signed.Memory);
            }

            if (isLast(response))
            {
                return;
            }
        }

        Assert.Fail("the stream ended before what the test waits for");
    }

    private Task<CommandResult> VerifyAsync() =>
        InProcess.RunAsync("verify", _folder["clip.evidence"], "--media", _folder["released"], "--anchors", Path.Combine(node.Keys, "root.crt"));
}
