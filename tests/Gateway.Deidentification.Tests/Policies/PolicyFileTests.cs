using System.Text.Json.Nodes;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Pipeline;
using Gateway.Deidentification.Policies;
using Gateway.Deidentification.Records;
using Gateway.Deidentification.Redaction;
using Gateway.Deidentification.Tests.Pipeline;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Policies;

public sealed class PolicyFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "face", """{"action": "none", "justification": "nobody minds faces here"}""", "classes.face.action" },
        { "head", "null", "classes.head" },
        { "iris", """{"action": "mask"}""", "classes.iris.action" },
        { "body", """{"action": "mask"}""", "classes.body.action" },
        { "gait", """{"action": "ignore"}""", "classes.gait.action" },
        { "tattoo", """{"action": "none"}""", "classes.tattoo.justification" },
        { "clothing", """{"action": "none", "justification": "no"}""", "classes.clothing.justification" },
        { "screen", """{"action": "covered", "justification": "by something or other"}""", "classes.screen.by" },
        { "badge", """{"action": "covered", "by": "badge", "justification": "a badge covers itself"}""", "classes.badge.by" },
        { "text", """{"action": "covered", "by": "scene", "justification": "by what is not masked"}""", "classes.text.by" },
        { "scene", """{"action": "none", "justification": "the place is known", "until": "2027"}""", "classes.scene.until" },
        { "shoes", """{"action": "none", "justification": "nobody looks down"}""", "classes.shoes" },
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_example_can_be_used_as_it_is()
    {
        var policy = PolicyFile.Read(Repository.PathOf("deploy", "policy.example.json"), new ScriptedDetector(), out var findings);

        Assert.Empty(findings);
        Assert.Equal(new PolicyReference("faces-only", 1), policy!.Reference);
        Assert.Equal(Enum.GetValues<IdentifierClass>().Order(), policy.Rules.Keys.Order());
        Assert.True(policy.Masks(RegionClass.Face));
        Assert.False(policy.Masks(RegionClass.LicencePlate));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_class_without_an_action_or_a_justified_none_is_named(string name, string rule, string place)
    {
        var policy = Example();
        policy["classes"]![name] = JsonNode.Parse(rule);

        Assert.Null(Read(policy, out var findings));
        Assert.Contains(findings, finding => finding.StartsWith(place + ":", StringComparison.Ordinal));
    }

    [Fact]
    public void Everything_that_is_wrong_is_named_at_once()
    {
        var policy = Example();
        policy["id"] = "";
        policy["version"] = 0;
        policy["approved"] = true;
        foreach (var broken in (string[])["iris", "tattoo", "badge"])
        {
            policy["classes"]!.AsObject().Remove(broken);
        }

        Assert.Null(Read(policy, out var findings));
        Assert.Equal(6, findings.Count);
    }

    [Theory]
    [InlineData(null, ReleaseModel.NonPublic)]
    [InlineData("nonPublic", ReleaseModel.NonPublic)]
    [InlineData("semiPublic", ReleaseModel.SemiPublic)]
    public void A_policy_says_who_may_get_the_outputs(string? written, ReleaseModel expected)
    {
        var policy = Example();
        policy.Remove("releaseModel");
        if (written is not null)
        {
            policy["releaseModel"] = written;
        }

        Assert.Equal(expected, Read(policy, out _)!.Reference.Release);
    }

    [Theory]
    [InlineData("\"public\"")]
    [InlineData("\"everybody\"")]
    [InlineData("\"\"")]
    [InlineData("3")]
    [InlineData("null")]
    public void A_policy_that_releases_to_everybody_or_to_nobody_knows_whom_is_refused(string written)
    {
        var policy = Example();
        policy["releaseModel"] = JsonNode.Parse(written);

        Assert.Null(Read(policy, out var findings));
        Assert.StartsWith("releaseModel:", Assert.Single(findings), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_all_pairs_of_stage_and_release_those_two_are_allowed()
    {
        var allowed = from stage in Enum.GetValues<DataStage>()
                      from release in Enum.GetValues<ReleaseModel>()
                      where ReleaseRule.Allows(stage, release)
                      select (stage, release);

        Assert.Equal([(DataStage.Pseudonymized, ReleaseModel.NonPublic), (DataStage.Pseudonymized, ReleaseModel.SemiPublic)], allowed);
        Assert.Equal(ReleaseModel.NonPublic, DeidentificationPolicy.Strictest.Reference.Release);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    public void A_file_that_is_no_policy_is_refused(string text)
    {
        Assert.Null(PolicyFile.Read(_folder.Write("policy.json", System.Text.Encoding.UTF8.GetBytes(text)), null, out var findings));
        Assert.NotEmpty(findings);
    }

    [Fact]
    public void A_file_that_is_not_there_or_too_long_is_refused()
    {
        Assert.Null(PolicyFile.Read(_folder["absent.json"], null, out var absent));
        Assert.Null(PolicyFile.Read(_folder.Write("long.json", new byte[PolicyFile.FileBytesMax + 1]), null, out var tooLong));
        Assert.NotEmpty(absent);
        Assert.NotEmpty(tooLong);
    }

    [Fact]
    public async Task Of_a_class_with_a_justified_none_nothing_is_masked_and_nothing_kept()
    {
        var plate = new RegionDetection(new RegionBox(20, 20, 40, 16), 0.9f, RegionClass.LicencePlate);
        var detector = new ScriptedDetector().On(0, _ => new(DetectionOutcome.Detected, [plate, new RegionDetection(SecretFrame.Face, 0.9f)]));
        var policy = PolicyFile.Read(Repository.PathOf("deploy", "policy.example.json"), detector, out _)!;

        var result = await StreamBench.RunAsync(new PolicedDetector(detector, policy), 1);

        Assert.Equal(RegionClass.Face, Assert.Single(result[0].Record.Regions).Class);
    }

    [Fact]
    public void Under_the_strictest_policy_only_what_nobody_can_reverse_is_allowed()
    {
        var parts = StreamBench.Parts(new ScriptedDetector());
        parts = parts with { Records = parts.Records with { Policy = DeidentificationPolicy.Strictest.Reference } };

        StreamOpenOutcome Open(RedactionTechnique technique) =>
            StreamDeidentifier.Open(parts, StreamBench.Request with { Redaction = new RedactionChoice(technique, AllowWeak: true) }, new StreamOptions()).Outcome;

        Assert.Equal(StreamOpenOutcome.TechniqueNotAllowed, Open(RedactionTechnique.Blur));
        Assert.Equal(StreamOpenOutcome.TechniqueNotAllowed, Open(RedactionTechnique.Mosaic));
        Assert.Equal(StreamOpenOutcome.Opened, Open(RedactionTechnique.Solid));
        Assert.All(Enum.GetValues<RegionClass>(), regionClass => Assert.True(DeidentificationPolicy.Strictest.Masks(regionClass)));
    }

    [Theory]
    [InlineData(RedactionTechnique.Blur, ReleaseModel.NonPublic, StreamOpenOutcome.Opened)]
    [InlineData(RedactionTechnique.Blur, ReleaseModel.SemiPublic, StreamOpenOutcome.TechniqueNotAllowed)]
    [InlineData(RedactionTechnique.Mosaic, ReleaseModel.NonPublic, StreamOpenOutcome.Opened)]
    [InlineData(RedactionTechnique.Mosaic, ReleaseModel.SemiPublic, StreamOpenOutcome.TechniqueNotAllowed)]
    [InlineData(RedactionTechnique.Solid, ReleaseModel.SemiPublic, StreamOpenOutcome.Opened)]
    [InlineData(RedactionTechnique.OutsideFill, ReleaseModel.SemiPublic, StreamOpenOutcome.Opened)]
    public void Beyond_parties_of_an_agreement_only_what_leaves_nothing_is_enough(RedactionTechnique technique, ReleaseModel release, StreamOpenOutcome expected)
    {
        var parts = StreamBench.Parts(new ScriptedDetector());
        parts = parts with { Records = parts.Records with { Policy = new PolicyReference("cameras", 1, release) } };

        var opening = StreamDeidentifier.Open(parts, StreamBench.Request with { Redaction = new RedactionChoice(technique, AllowWeak: true) }, new StreamOptions());

        Assert.Equal(expected, opening.Outcome);
    }

    private static JsonObject Example() => JsonNode.Parse(File.ReadAllText(Repository.PathOf("deploy", "policy.example.json")))!.AsObject();

    private DeidentificationPolicy? Read(JsonObject policy, out IReadOnlyList<string> findings) =>
        PolicyFile.Read(_folder.Write("policy.json", System.Text.Encoding.UTF8.GetBytes(policy.ToJsonString())), new ScriptedDetector(), out findings);
}
