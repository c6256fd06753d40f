using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Server.Configuration;
using Gateway.Server.Tests.Nodes;
using Gateway.TestKit;
using Gateway.TestKit.Onnx;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using HealthClient = Grpc.Health.V1.Health.HealthClient;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.Deidentification;

/// <summary>A node whose detector cannot be believed says so, to its health check and to every caller, and takes no frame in.</summary>
public sealed class DistrustedDetectorTests : IDisposable
{
    private static readonly TimeSpan CanaryInterval = TimeSpan.FromSeconds(10);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_canary_that_is_missed_while_the_node_runs_trips_it()
    {
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        await using var node = new RealNode(Providers.Alpha) { Time = time };
        await node.StartedAsync();
        var (media, health) = (new Wire.Deidentification.DeidentificationClient(node.OpenBackend("media-backend")), new HealthClient(node.OpenBackend("media-backend")));
        await media.DeidentifyImageAsync(Picture());
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest())).Status);

        // The model goes away under a node that runs: from here on every inference fails.
        node.Node.State.Media!.Dispose();
        await Eventually.BeTrueAsync(() => time.IsAwaited(CanaryInterval), "the next canary is waited for");
        time.Advance(CanaryInterval);
        await Eventually.BeTrueAsync(() => node.Log.Has("CanaryMissed"), "a canary that is missed");

        await Refusals.OfAsync(async () => await media.DeidentifyImageAsync(Picture()), StatusCode.FailedPrecondition, "DETECTOR_NOT_READY");
        var refused = await StreamCall.RunAsync(media, [DrawnClip.Open(), new DrawnClip().Frame(0)]);
        Refusals.Is(refused.Refusal, StatusCode.FailedPrecondition, "DETECTOR_NOT_READY");
        Assert.Null(refused.Opened);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, (await health.CheckAsync(new HealthCheckRequest())).Status);
    }

    [Theory]
    [InlineData("lacks an output")]
    [InlineData("another digest")]
    [InlineData("expired")]
    public async Task A_model_that_its_manifest_does_not_vouch_for_leaves_a_node_that_refuses(string what)
    {
        var model = what == "lacks an output" ? SpoiledModel.Lacking(SpoiledFiles.Detector, "obj_16") : SpoiledFiles.Detector;
        var files = SpoiledFiles.Write(_folder, model, change: manifest =>
        {
            manifest["expires"] = what == "expired" ? "2020-01-31" : "2999-01-31";
            manifest["sha256"] = what == "another digest" ? new string('0', 64) : manifest["sha256"]!.GetValue<string>();
        });
        await using var node = new RealNode(Providers.Alpha) { Deidentification = new DeidentificationSettings { ModelFile = files.Model, ModelManifest = files.Manifest } };

        await node.TryStartAsync();

        Assert.Contains(node.Findings, finding => finding.Setting.StartsWith("Deidentification", StringComparison.Ordinal) && finding.Remedy.Length > 0);
        var media = new Wire.Deidentification.DeidentificationClient(node.OpenBackend("media-backend"));
        await Refusals.OfAsync(async () => await media.DeidentifyImageAsync(Picture()), StatusCode.FailedPrecondition, "DETECTOR_NOT_READY");
        Refusals.Is((await StreamCall.RunAsync(media, [DrawnClip.Open()])).Refusal, StatusCode.FailedPrecondition, "DETECTOR_NOT_READY");
    }

    private static Wire.DeidentifyImageRequest Picture()
    {
        using var frame = DrawnScene.Standard().Frame();
        return new Wire.DeidentifyImageRequest { Image = ByteString.CopyFrom(new SkiaStillCodec().Encode(frame.Image, new StillTraits(StillFormat.Jpeg))) };
    }
}
