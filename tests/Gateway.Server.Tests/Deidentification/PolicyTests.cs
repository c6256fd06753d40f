using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Server.Configuration;
using Gateway.Server.Tests.Nodes;
using Gateway.TestKit;
using Grpc.Core;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.Deidentification;

/// <summary>A node with a second model and a policy of its own, and what it does when that policy cannot be read any more.</summary>
public sealed class PolicyTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly DrawnClip _clip = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task While_its_policy_cannot_be_read_a_node_keeps_to_the_strictest_one()
    {
        await using var node = await StartAsync();
        var media = new Wire.Deidentification.DeidentificationClient(node.OpenBackend("media-backend"));

        var before = await RunAsync(media, Wire.Technique.Mosaic);
        File.Delete(_folder["policy.json"]);
        var refused = await RunAsync(media, Wire.Technique.Mosaic);
        var strictest = await RunAsync(media, Wire.Technique.Solid);

        Assert.Equal(("faces-only", 1u), (before.Opened!.Policy.Id, before.Opened.Policy.Version));
        Assert.Equal([Wire.RegionClass.Face], before.Opened.RegionClasses);
        Assert.All(Records(before), record => Assert.All(record.Regions, region => Assert.Equal(Wire.RegionClass.Face, region.RegionClass)));
        Refusals.Is(refused.Refusal, StatusCode.InvalidArgument, "TECHNIQUE_NOT_ALLOWED");
        Assert.Equal("strictest", strictest.Opened!.Policy.Id);
        Assert.Equal([Wire.RegionClass.Face, Wire.RegionClass.LicencePlate], strictest.Opened.RegionClasses);
        Assert.Contains(Records(strictest).SelectMany(record => record.Regions), region => region.RegionClass == Wire.RegionClass.LicencePlate);
        Assert.All(strictest.Answers, answer => Assert.Equal(0, _clip.FacePiecesIn((int)answer.Frame.Number, answer.Frame.Data.Span, Wire.FrameFormat.Bgra32)));
        Assert.True(node.Log.Has("PolicyUnreadable"));
    }

    [Fact]
    public async Task Records_say_whom_the_policy_releases_to_and_beyond_parties_nothing_that_can_be_undone_is_made()
    {
        await using var node = await StartAsync();
        File.WriteAllText(_folder["policy.json"], File.ReadAllText(_folder["policy.json"]).Replace("nonPublic", "semiPublic", StringComparison.Ordinal));
        var media = new Wire.Deidentification.DeidentificationClient(node.OpenBackend("media-backend"));

        var solid = await RunAsync(media, Wire.Technique.Solid);
        var mosaic = await RunAsync(media, Wire.Technique.Mosaic);

        Assert.All(Records(solid), record => Assert.Equal(Wire.ReleaseModel.SemiPublic, record.ReleaseModel));
        Assert.NotEmpty(solid.Answers);
        Refusals.Is(mosaic.Refusal, StatusCode.InvalidArgument, "TECHNIQUE_NOT_ALLOWED");
    }

    [Fact]
    public async Task A_silhouette_is_refused_by_name_where_no_model_finds_persons()
    {
        await using var node = await StartAsync();

        var result = await RunAsync(new Wire.Deidentification.DeidentificationClient(node.OpenBackend("media-backend")), Wire.Technique.Silhouette);

        Refusals.Is(result.Refusal, StatusCode.FailedPrecondition, "PERSON_MODEL_MISSING");
    }

    [Fact]
    public async Task A_commercial_node_does_not_use_a_model_that_nobody_cleared_until_a_waiver_names_it()
    {
        await using var node = new RealNode(Providers.Alpha) { Deidentification = new DeidentificationSettings { Deployment = Deployment.Commercial } };
        await node.TryStartAsync();

        Assert.Contains(node.Findings, finding => finding.Problem.Contains("training data", StringComparison.Ordinal) && finding.Remedy.Contains("waiver", StringComparison.Ordinal));
        Assert.False(node.Node.State.IsReady);

        var waiver = _folder.Write("waiver.json", System.Text.Encoding.UTF8.GetBytes($$"""
            {
              "sha256": "{{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(SpoiledFiles.Detector))}}", "approvedBy": "Head of Legal",
              "justification": "pilot with drawn pictures only, decision 2026-17", "expires": "2999-01-31"
            }
            """));
        await using var waived = new RealNode(Providers.Alpha) { Deidentification = new DeidentificationSettings { Deployment = Deployment.Commercial, LicenceWaiver = waiver } };
        await waived.TryStartAsync();

        Assert.Empty(waived.Findings);
        Assert.True(waived.Node.State.IsReady);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-200, false)]
    public async Task A_node_whose_plates_are_not_found_on_their_canary_takes_no_media(int shift, bool isReady)
    {
        using var frame = DrawnScene.Standard().Frame();
        var face = frame.Faces[0];
        var picture = File.ReadAllBytes(_folder.Write("canary.png", new SkiaStillCodec().Encode(frame.Image, new StillTraits(StillFormat.Png))));
        var left = face.X + shift is var moved and >= 0 ? moved : face.X + 200;
        var plates = SpoiledFiles.Write(_folder, SpoiledFiles.Detector, "plates", manifest =>
        {
            manifest["task"] = "licence-plate-detection";
            manifest["canary"] = new JsonObject
            {
                ["picture"] = "canary.png",
                ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(picture)),
                ["regions"] = new JsonArray(left, face.Y, face.Width, face.Height),
            };
        });
        await using var node = new RealNode(Providers.Alpha)
        {
            Deidentification = new DeidentificationSettings { RegionModels = [new RegionModelSettings { ModelFile = plates.Model, ModelManifest = plates.Manifest }] },
        };
        await node.TryStartAsync();

        Assert.Equal(isReady, node.Node.State.IsReady);
        Assert.Equal(isReady, !node.Findings.Any(finding => finding.Problem.Contains("known regions", StringComparison.Ordinal)));
    }

    private async Task<RealNode> StartAsync()
    {
        File.Copy(Repository.PathOf("deploy", "policy.example.json"), _folder["policy.json"]);
        var plates = SpoiledFiles.Write(_folder, SpoiledFiles.Detector, "plates", manifest => manifest["task"] = "licence-plate-detection");
        var node = await new RealNode(Providers.Alpha)
        {
            Deidentification = new DeidentificationSettings
            {
                RegionModels = [new RegionModelSettings { ModelFile = plates.Model, ModelManifest = plates.Manifest }],
                PolicyFile = _folder["policy.json"],
            },
        }.StartedAsync();
        Assert.Empty(node.Findings);
        return node;
    }

    private Task<StreamResult> RunAsync(Wire.Deidentification.DeidentificationClient media, Wire.Technique technique)
    {
        var open = DrawnClip.Open();
        open.Open.Technique = technique;
        return StreamCall.RunAsync(media, Enumerable.Range(0, 6).Select(number => _clip.Frame(number)).Prepend(open));
    }

    private static IEnumerable<Wire.DeidentificationRecord> Records(StreamResult result) =>
        result.Answers.Select(answer => Wire.DeidentificationRecord.Parser.ParseFrom(answer.Frame.Record));
}
