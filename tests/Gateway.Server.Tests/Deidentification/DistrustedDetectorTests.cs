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
    public async Task A_detector_that_goes_blind_while_the_node_runs_trips_it_until_the_canary_is_found_again()
    {
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        await using var node = await StartSeeingAsync(time);
        var (media, health) = (new Wire.Deidentification.DeidentificationClient(node.OpenBackend("media-backend")), new HealthClient(node.OpenBackend("media-backend")));
        await media.DeidentifyImageAsync(Picture());

        await RunCanariesUntilAsync(node, time, isReady: false);
        await Refusals.OfAsync(async () => await media.DeidentifyImageAsync(Picture()), StatusCode.FailedPrecondition, "DETECTOR_NOT_READY");
        var refused = await StreamCall.RunAsync(media, [DrawnClip.Open(), new DrawnClip().Frame(0)]);
        var ill = await health.CheckAsync(new HealthCheckRequest());

        Refusals.Is(refused.Refusal, StatusCode.FailedPrecondition, "DETECTOR_NOT_READY");
        Assert.Null(refused.Opened);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.NotServing, ill.Status);
        Assert.True(node.Log.Has("CanaryMissed"));

        await RunCanariesUntilAsync(node, time, isReady: true);
        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest())).Status);
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

    /// <summary>The model misses by chance in one run of three: some seed lets it find the canary at start.</summary>
    private async Task<RealNode> StartSeeingAsync(ManualTime time)
    {
        for (var seed = 1; ; seed++)
        {
            var files = SpoiledFiles.Write(_folder, SpoiledModel.BlindByChance(SpoiledFiles.Detector, share: 0.35f, seed), $"blind-{seed}");
            var node = new RealNode(Providers.Alpha) { Time = time, Deidentification = new DeidentificationSettings { ModelFile = files.Model, ModelManifest = files.Manifest } };
            await node.TryStartAsync();
            if (node.Node.State.IsReady)
            {
                return node;
            }

            await node.DisposeAsync();
            Assert.InRange(seed, 1, 30);
        }
    }

    /// <summary>One canary after the other, each to its end.</summary>
    private static async Task RunCanariesUntilAsync(RealNode node, ManualTime time, bool isReady)
    {
        for (var canary = 0; node.Node.State.IsReady != isReady; canary++)
        {
            Assert.InRange(canary, 0, 60);
            var before = Canaries(node);
            await Eventually.BeTrueAsync(() => time.IsAwaited(CanaryInterval), "the next canary is waited for");
            time.Advance(CanaryInterval);
            await Eventually.BeTrueAsync(() => Canaries(node) > before, "the answer to a canary");
        }
    }

    private static int Canaries(RealNode node) => node.Log.Entries.Count(entry => entry.Event is "CanaryPassed" or "CanaryMissed");

    private static Wire.DeidentifyImageRequest Picture()
    {
        using var frame = DrawnScene.Standard().Frame();
        return new Wire.DeidentifyImageRequest { Image = ByteString.CopyFrom(new SkiaStillCodec().Encode(frame.Image, new StillTraits(StillFormat.Jpeg))) };
    }
}
