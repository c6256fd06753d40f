using Gateway.Server.Configuration;
using Gateway.Server.Tests.Nodes;
using Gateway.TestKit;
using Gateway.TestKit.Onnx;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.Deidentification;

/// <summary>
/// A real node whose detector is the real one with nodes put behind it that fail on demand: in the runtime, on the frames that show a patch
/// of one pure colour. It found its canary like any other.
/// </summary>
public sealed class FaultyNode : IAsyncLifetime
{
    /// <summary>Far beyond what a busy machine needs for a frame.</summary>
    private static readonly TimeSpan Patient = TimeSpan.FromMinutes(1);

    private readonly TempFolder _folder = new();
    private readonly TimeSpan _frameDeadline;
    private RealNode? _node;

    public FaultyNode()
        : this(Patient)
    {
    }

    internal FaultyNode(TimeSpan frameDeadline) => _frameDeadline = frameDeadline;

    internal RealNode Running => _node ?? throw new InvalidOperationException("the node was not started");

    internal Wire.Deidentification.DeidentificationClient Client => new(Running.OpenBackend("media-backend"));

    public async ValueTask InitializeAsync()
    {
        var settings = SpoiledFiles.Write(_folder, SpoiledModel.FailingByColour(SpoiledFiles.Detector));
        _node = await new RealNode(Providers.Alpha)
        {
            Deidentification = new DeidentificationSettings { ModelFile = settings.Model, ModelManifest = settings.Manifest, FrameDeadline = _frameDeadline },
        }.StartedAsync();
        Assert.Empty(_node.Findings);
    }

    public async ValueTask DisposeAsync()
    {
        await Running.DisposeAsync();
        _folder.Dispose();
    }
}
