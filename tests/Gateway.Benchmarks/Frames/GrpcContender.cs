using Gateway.Deidentification.Pipeline;
using Gateway.Server.Configuration;
using Gateway.Server.Demonstration;
using Gateway.TestKit;
using Google.Protobuf;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Benchmarks.Frames;

/// <summary>A node of its own with its backend in the same process: frames through bidirectional gRPC over mutual TLS 1.3 on loopback.</summary>
internal sealed class MediaNode : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly DemoProvider _provider;
    private readonly DemoProvider _peer;

    private MediaNode()
    {
        _provider = new DemoProvider("xvide://alpha/a1", _folder.Path, new DeidentificationSettings());
        _peer = new DemoProvider("xvide://beta/b1", _folder.Path, new DeidentificationSettings());
    }

    /// <summary>What the node's own streams share: the same pipeline without the wire.</summary>
    public PipelineParts Parts => _provider.Node.State.Media!.Parts;

    public static async Task<MediaNode> StartAsync()
    {
        var node = new MediaNode();
        await node._provider.StartAsync(node._peer, CancellationToken.None);
        return node;
    }

    public GrpcContender Contender(string name, Wire.FrameFormat format, IReadOnlyList<byte[]> frames) =>
        new(name, new Wire.Deidentification.DeidentificationClient(_provider.OpenBackend("media-backend")), format, frames);

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        await _peer.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>A backend that streams frames to a node and reads the answers.</summary>
internal sealed class GrpcContender(string name, Wire.Deidentification.DeidentificationClient client, Wire.FrameFormat format, IReadOnlyList<byte[]> frames) : IFrameContender
{
    public string Name => name;

    public FrameRound Run() => Measured.Of(frames.Count, () => RunAsync().GetAwaiter().GetResult());

    public void Dispose()
    {
    }

    private async Task<int> RunAsync()
    {
        using var call = client.DeidentifyStream();
        var writing = WriteAsync(call.RequestStream);
        var (faces, answers) = (0, 0);
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            if (call.ResponseStream.Current.Frame is { } frame)
            {
                answers++;
                faces += Wire.DeidentificationRecord.Parser.ParseFrom(frame.Record).Regions.Count;
            }
        }

        await writing;
        return answers == frames.Count ? faces : throw new InvalidOperationException($"{answers} answers to {frames.Count} frames");
    }

    private async Task WriteAsync(Grpc.Core.IClientStreamWriter<Wire.DeidentifyStreamRequest> stream)
    {
        await stream.WriteAsync(new Wire.DeidentifyStreamRequest
        {
            Open = new Wire.OpenStream
            {
                Format = format,
                Width = FrameClip.Width,
                Height = FrameClip.Height,
                TimeBaseNumerator = 1,
                TimeBaseDenominator = 25,
                Profile = Wire.StreamProfile.Live,
            },
        });
        for (var number = 0; number < frames.Count; number++)
        {
            await stream.WriteAsync(new Wire.DeidentifyStreamRequest
            {
                Frame = new Wire.Frame { Number = (ulong)number, Timestamp = number, Data = UnsafeByteOperations.UnsafeWrap(frames[number]) },
            });
        }

        await stream.CompleteAsync();
    }
}
