using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Server.Configuration;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Configuration;

public sealed class ConfigurationTests : IDisposable
{
    private static readonly JsonDocumentOptions WithComments = new() { CommentHandling = JsonCommentHandling.Skip };

    private readonly TempFolder _folder = new();

    public ConfigurationTests()
    {
        foreach (var folder in (string[])["keys", "agreements", "peers/beta"])
        {
            Directory.CreateDirectory(_folder[folder]);
        }

        foreach (var file in (string[])["root.crt", "signing.crt", "decryption.crt"])
        {
            File.WriteAllText(_folder["peers/beta/" + file], "");
        }
    }

    public static TheoryData<string> WrongNames => [.. Wrong.Keys];

    private static Dictionary<string, (Action<JsonObject> Change, string Setting)> Wrong { get; } = new()
    {
        ["no gateway"] = (it => it["Node"]!["Gateway"] = "", "Node:Gateway"),
        ["a gateway that is no URI"] = (it => it["Node"]!["Gateway"] = "alpha", "Node:Gateway"),
        ["a folder of keys that is not there"] = (it => it["Node"]!["KeysFolder"] = "elsewhere", "Node:KeysFolder"),
        ["no folder of data"] = (it => it["Node"]!["DataFolder"] = "", "Node:DataFolder"),
        ["a folder of agreements that is not there"] = (it => it["Node"]!["AgreementsFolder"] = "elsewhere", "Node:AgreementsFolder"),
        ["a listener without a port"] = (it => it["Listeners"]!["Peer"] = "127.0.0.1", "Listeners:Peer"),
        ["a listener by name"] = (it => it["Listeners"]!["Backend"] = "localhost:7444", "Listeners:Backend"),
        ["peers and backends on one port"] = (it => it["Listeners"]!["Backend"] = "127.0.0.1:7443", "Listeners:Backend"),
        ["a socket with a path that is too long"] = (it => it["Listeners"]!["AdminSocket"] = new string('a', 200), "Listeners:AdminSocket"),
        ["no connections"] = (it => it["Listeners"]!["PeerConnectionsMax"] = 0, "Listeners:PeerConnectionsMax"),
        ["one connection for a peer, which cannot move then"] = (it => it["PeerLimits"]!["ConnectionsPerPeerMax"] = 1, "PeerLimits:ConnectionsPerPeerMax"),
        ["no messages"] = (it => it["PeerLimits"]!["MessagesPerSecondMax"] = 0, "PeerLimits:MessagesPerSecondMax"),
        ["a handshake of nothing"] = (it => it["PeerLimits"]!["HandshakeTimeout"] = "00:00:00", "PeerLimits:HandshakeTimeout"),
        ["a backend that is no URI"] = (it => it["Backends"]![0]!["Identity"] = "media", "Backends[0]:Identity"),
        ["a backend with two roles"] = (it => it["Backends"]![1]!["Identity"] = "xvide://alpha/media-backend", "Backends"),
        ["a role nobody has"] = (it => it["Backends"]![0]!["Role"] = "Everything", "Backends[0].Role"),
        ["a role by number"] = (it => it["Backends"]![0]!["Role"] = 1, "Backends[0].Role"),
        ["a peer without TLS"] = (it => it["Peers"]![0]!["Address"] = "http://beta.example:7443", "Peers[0]:Address"),
        ["a peer without certificates"] = (it => it["Peers"]![0]!["CertificatesFolder"] = "elsewhere", "Peers[0]:CertificatesFolder"),
        ["blur without saying that it is weak"] = (it => it["Deidentification"]!["Technique"] = "Blur", "Deidentification:Technique"),
        ["a model without its manifest"] = (it => it["Deidentification"]!["ModelFile"] = "model.onnx", "Deidentification:ModelManifest"),
        ["a commercial node with a model that nobody cleared"] = (it => it["Deidentification"]!["Deployment"] = "Commercial", "Deidentification:ModelManifest"),
        ["a waiver for an evaluation"] = (it => it["Deidentification"]!["LicenceWaiver"] = "waiver.json", "Deidentification:LicenceWaiver"),
        ["a silhouette without a model of persons"] = (it => it["Deidentification"]!["Technique"] = "Silhouette", "Deidentification:Technique"),
        ["a folder that no file system can have"] = (it => it["Node"]!["KeysFolder"] = "keys\0", "Node:KeysFolder"),
        ["a model that no file system can have"] = (it => it["Deidentification"]!["RegionModels"] = JsonNode.Parse("""[{"ModelFile": "a\u0000", "ModelManifest": "b"}]"""), "Deidentification:RegionModels[0]:ModelFile"),
        ["a region model that is not there"] = (it => it["Deidentification"]!["RegionModels"] = JsonNode.Parse("""[{"ModelFile": "a", "ModelManifest": "b"}]"""), "Deidentification:RegionModels[0]:ModelFile"),
        ["a policy that is not there"] = (it => it["Deidentification"]!["PolicyFile"] = "policy.json", "Deidentification:PolicyFile"),
        ["no streams"] = (it => it["Deidentification"]!["StreamsMax"] = 0, "Deidentification:StreamsMax"),
        ["a deadline of nothing"] = (it => it["Deidentification"]!["FrameDeadline"] = "00:00:00", "Deidentification:FrameDeadline"),
        ["a deadline that is no time"] = (it => it["Deidentification"]!["FrameDeadline"] = "soon", "Deidentification.FrameDeadline"),
        ["an outbox of nothing"] = (it => it["Delivery"]!["OutboxEntriesMax"] = 0, "Delivery:OutboxEntriesMax"),
        ["credit for nothing"] = (it => it["Delivery"]!["Credit"] = 0, "Delivery:Credit"),
        ["a heartbeat a minute"] = (it => (it["Delivery"]!["HeartbeatInterval"], it["Delivery"]!["SilenceMax"]) = ("00:01:00", "00:03:00"), "Delivery:HeartbeatInterval"),
        ["one late heartbeat that ends a session"] = (it => it["Delivery"]!["SilenceMax"] = "00:00:10", "Delivery:SilenceMax"),
        ["ledgers that are compared all the time"] = (it => it["Delivery"]!["ReconcileInterval"] = "00:00:01", "Delivery:ReconcileInterval"),
        ["a mapping that waits for a minute"] = (it => it["Delivery"]!["Linger"] = "00:01:00", "Delivery:Linger"),
        ["a first pause above the longest"] = (it => it["Delivery"]!["ReconnectDelayMax"] = "00:00:00.05", "Delivery:ReconnectDelay"),
        ["a setting nobody reads"] = (it => it["Delivery"]!["OutboxEntryMax"] = 5, "Delivery:OutboxEntryMax"),
        ["a section nobody reads"] = (it => it["Logging"] = new JsonObject(), "Logging"),
        ["a section that is null"] = (it => it["Node"] = null, "Node"),
        ["a list that is null"] = (it => it["Peers"] = null, "Peers"),
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(WrongNames))]
    public void A_setting_that_cannot_be_used_is_named_with_a_remedy(string what)
    {
        var example = Example();
        Wrong[what].Change(example);

        var (configuration, findings) = Load(example.ToJsonString());

        Assert.Null(configuration);
        Assert.Contains(findings, finding => finding.Setting == Wrong[what].Setting);
        Assert.All(findings, finding => Assert.True(finding.Problem.Length > 0 && finding.Remedy.Length > 0));
    }

    [Fact]
    public void Everything_that_is_wrong_is_named_at_once()
    {
        var example = Example();
        string[] all = ["no gateway", "a listener by name", "a backend that is no URI", "a peer without TLS", "no streams", "a setting nobody reads"];
        Array.ForEach(all, what => Wrong[what].Change(example));

        var (_, findings) = Load(example.ToJsonString());

        Assert.All(all, what => Assert.Contains(findings, finding => finding.Setting == Wrong[what].Setting));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{ \"Node\": ")]
    [InlineData("{ \"Node\": {}, \"Node\": {} }")]
    public void A_file_that_is_no_configuration_is_refused(string text)
    {
        var (configuration, findings) = Load(text);

        Assert.Null(configuration);
        Assert.NotEmpty(findings);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var (configuration, findings) = ConfigurationFile.Load(_folder["absent.json"]);

        Assert.Null(configuration);
        Assert.Contains("absent.json", Assert.Single(findings).Setting);
    }

    [Fact]
    public void The_example_can_be_used_as_it_is()
    {
        var (configuration, findings) = Load(File.ReadAllText(Repository.PathOf("deploy", "gateway.example.json")));

        Assert.Empty(findings);
        Assert.Equal(_folder["data"], configuration!.Node.DataFolder);
    }

    [Fact]
    public void The_example_names_every_setting_and_every_default()
    {
        var example = Load(File.ReadAllText(Repository.PathOf("deploy", "gateway.example.json"))).Configuration!;
        var text = Example();

        foreach (var section in typeof(GatewayConfiguration).GetProperties().Where(property => property.CanWrite))
        {
            var settings = section.PropertyType.GetInterfaces().Contains(typeof(IEnumerable)) ? section.PropertyType.GetGenericArguments()[0] : section.PropertyType;
            var written = text[section.Name] is JsonArray list ? list[0]!.AsObject() : text[section.Name]!.AsObject();
            Assert.Equal(Names(settings), written.Select(member => member.Key).Order());
        }

        Assert.Equal(Values(new DeidentificationSettings()), Values(example.Deidentification));
        Assert.Equal(Values(new DeliverySettings()), Values(example.Delivery));
        Assert.Equal(Values(new PeerLimitSettings()), Values(example.PeerLimits));
        Assert.Equal((new ListenerSettings().Peer, new ListenerSettings().PeerConnectionsMax), (example.Listeners.Peer, example.Listeners.PeerConnectionsMax));
    }

    private static JsonObject Example() =>
        JsonNode.Parse(File.ReadAllText(Repository.PathOf("deploy", "gateway.example.json")), documentOptions: WithComments)!.AsObject();

    private static IEnumerable<string> Names(Type settings) =>
        settings.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).Select(property => property.Name).Order();

    private static string Values<T>(T settings) => JsonSerializer.Serialize(settings);

    private (GatewayConfiguration? Configuration, IReadOnlyList<Finding> Findings) Load(string text) =>
        ConfigurationFile.Load(_folder.Write("gateway.json", System.Text.Encoding.UTF8.GetBytes(text)));
}
