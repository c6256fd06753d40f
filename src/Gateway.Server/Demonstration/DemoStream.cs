using Gateway.Contracts.Deidentification.V1;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Server.Records;
using Google.Protobuf;
using Grpc.Core;

namespace Gateway.Server.Demonstration;

/// <summary>Sends a short moving scene through the node's stream and keeps the records with their signed root.</summary>
internal sealed class DemoStream(Contracts.Deidentification.V1.Deidentification.DeidentificationClient node, string folder, Narrator narrator)
{
    private const int Frames = 30;
    private const int FramesPerSecond = 25;
    private const int Width = 800;
    private const int Height = 448;
    private const float FaceScale = 0.5f;
    private const int FrameShown = 10;

    /// <returns>The handle of the first track: what a mapping can be bound to.</returns>
    public async Task<ByteString> RunAsync(CancellationToken cancellationToken)
    {
        using var call = node.DeidentifyStream(cancellationToken: cancellationToken);
        var sending = SendAsync(call.RequestStream, cancellationToken);
        var handle = await ReceiveAsync(call.ResponseStream, cancellationToken);
        await sending;
        return handle;
    }

    private async Task SendAsync(IClientStreamWriter<DeidentifyStreamRequest> requests, CancellationToken cancellationToken)
    {
        await requests.WriteAsync(
            new DeidentifyStreamRequest
            {
                Open = new OpenStream { Format = FrameFormat.Bgra32, Width = Width, Height = Height, TimeBaseNumerator = 1, TimeBaseDenominator = FramesPerSecond },
            },
            cancellationToken);
        var scene = new DrawnScene(Width, Height, DrawnScene.StandardFaces(FaceScale));
        for (var number = 0; number < Frames; number++)
        {
            using var frame = scene.Frame(number);
            if (number == FrameShown)
            {
                Write("before", frame.Image);
            }

            await requests.WriteAsync(
                new DeidentifyStreamRequest { Frame = new Frame { Number = (ulong)number, Timestamp = number, Data = ByteString.CopyFrom(frame.Image.Bytes) } },
                cancellationToken);
        }

        await requests.CompleteAsync();
    }

    private async Task<ByteString> ReceiveAsync(IAsyncStreamReader<DeidentifyStreamResponse> responses, CancellationToken cancellationToken)
    {
        var handle = ByteString.Empty;
        var decisions = new SortedDictionary<string, int>(StringComparer.Ordinal);
        Directory.CreateDirectory(Path.Combine(folder, "evidence"));
        await using var evidence = File.Create(Path.Combine(folder, "evidence", "clip.evidence"));
        StreamEvidenceFile.Begin(evidence);
        await foreach (var response in responses.ReadAllAsync(cancellationToken))
        {
            switch (response.MessageCase)
            {
                case DeidentifyStreamResponse.MessageOneofCase.Opened:
                    narrator.Tell($"stream open: answers trail by {response.Opened.LatencyFrames} frames, a face stays masked {response.Opened.HoldFrames} frames after its last detection");
                    break;
                case DeidentifyStreamResponse.MessageOneofCase.Frame:
                    StreamEvidenceFile.AppendRecord(evidence, response.Frame.Record.Memory);
                    var record = DeidentificationRecord.Parser.ParseFrom(response.Frame.Record);
                    var decision = record.Reason == Reason.Unspecified ? record.Decision.ToString() : $"{record.Decision} ({record.Reason})";
                    decisions[decision] = decisions.GetValueOrDefault(decision) + 1;
                    handle = handle.IsEmpty ? record.Regions.Select(region => region.TrackHandle).FirstOrDefault(track => !track.IsEmpty, ByteString.Empty) : handle;
                    Show(response.Frame);
                    break;
                case DeidentifyStreamResponse.MessageOneofCase.Closed:
                    StreamEvidenceFile.AppendRoot(evidence, response.Closed.SignedRecord.Memory);
                    break;
                case DeidentifyStreamResponse.MessageOneofCase.Checkpoint:
                    StreamEvidenceFile.AppendRoot(evidence, response.Checkpoint.SignedRecord.Memory);
                    break;
                default:
                    break;
            }
        }

        narrator.Tell($"{Frames} frames in and out: {string.Join(", ", decisions.Select(entry => $"{entry.Value} {entry.Key}"))}");
        narrator.Tell("their records and the signed root over them: evidence/clip.evidence");
        return handle;
    }

    private void Show(DeidentifiedFrame frame)
    {
        if (frame.Number == FrameShown)
        {
            using var image = PixelImage.CopyOf(PixelLayout.Bgra32, Width, Height, frame.Data.Span);
            Write("after", image);
        }
    }

    private void Write(string part, PixelImage image)
    {
        Directory.CreateDirectory(Path.Combine(folder, part));
        File.WriteAllBytes(Path.Combine(folder, part, $"clip-frame-{FrameShown}.png"), new SkiaStillCodec().Encode(image, new StillTraits(StillFormat.Png)));
    }
}
