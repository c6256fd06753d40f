using System.Net;
using System.Text.Json;
using Gateway.Exchange.Agreements;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;
using Gateway.Server.Commands;
using Gateway.Server.Demonstration;
using Gateway.TestKit;
using Grpc.Net.Client;

namespace Gateway.Server.Tests.Processes;

/// <summary>Two providers with keys, a signed agreement and a configuration file each; their nodes are processes.</summary>
internal sealed class ProcessPair : IDisposable
{
    public const string AgreementId = "process-pair";
    public const string Purpose = "subscriber-authentication";

    private static readonly GatewayUri[] Uris = [GatewayUri.Parse("xvide://alpha/a1"), GatewayUri.Parse("xvide://beta/b1")];

    private readonly TempFolder _folder = new();
    private readonly int[] _backendPorts = [NodeProcess.FreePort(), NodeProcess.FreePort()];

    public ProcessPair()
    {
        SignAgreement();
        int[] peerPorts = [NodeProcess.FreePort(), NodeProcess.FreePort()];
        Alpha = new NodeProcess(WriteConfiguration(0, peerPorts));
        Beta = new NodeProcess(WriteConfiguration(1, peerPorts));
    }

    public NodeProcess Alpha { get; }

    public NodeProcess Beta { get; }

    public TrustAnchors[] Anchors => [.. Uris.Select(uri => TrustAnchors.LoadPem(Path.Combine(Keys(uri.Provider), "root.crt")))];

    public string Store(string provider) => _folder[$"data/{provider}/exchange.db"];

    /// <summary>A channel of a provider's mapping backend to its node.</summary>
    public GrpcChannel OpenMappingBackend(string provider)
    {
        var keys = Keys(provider);
        var identity = TlsIdentity.Load(Path.Combine(keys, "mapping-backend.crt"), Path.Combine(keys, "mapping-backend.key"));
        var node = new IPEndPoint(IPAddress.Loopback, _backendPorts[Array.FindIndex(Uris, uri => uri.Provider == provider)]);
        return BackendChannel.Open(node, identity, TrustAnchors.LoadPem(Path.Combine(keys, "root.crt")), TimeProvider.System);
    }

    public void Dispose()
    {
        Alpha.Dispose();
        Beta.Dispose();
        _folder.Dispose();
    }

    private string Keys(string provider) => _folder[$"keys/{provider}"];

    private void SignAgreement()
    {
        var signed = "";
        var now = TimeProvider.System.GetUtcNow();
        var text = AgreementText.Write(AgreementCommand.NewDraft(AgreementId, Uris, [Purpose], 30, now));
        foreach (var uri in Uris)
        {
            var keys = Keys(uri.Provider);
            DevelopmentKeys.Write(uri, ["localhost"], keys, TimeProvider.System);
            using var key = SigningKey.Load(Path.Combine(keys, "signing.crt"), Path.Combine(keys, "signing.key"));
            signed = AgreementFile.Sign(text, signed, key, now);
        }

        Directory.CreateDirectory(_folder["agreements"]);
        File.WriteAllText(_folder["agreements/pair.agreement"], signed);
    }

    private string WriteConfiguration(int own, int[] peerPorts)
    {
        var (uri, other) = (Uris[own], Uris[1 - own]);
        var path = _folder[$"{uri.Provider}.json"];
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            Node = new { Gateway = uri.ToString(), KeysFolder = Keys(uri.Provider), DataFolder = _folder[$"data/{uri.Provider}"], AgreementsFolder = _folder["agreements"] },
            Listeners = new { Peer = $"127.0.0.1:{peerPorts[own]}", Backend = $"127.0.0.1:{_backendPorts[own]}", AdminSocket = _folder[$"{uri.Provider}.sock"] },
            Backends = new object[] { new { Identity = $"xvide://{uri.Provider}/mapping-backend", Role = "Mapping" } },
            Peers = new object[]
            {
                new { Gateway = other.ToString(), Address = $"https://localhost:{peerPorts[1 - own]}", CertificatesFolder = Path.Combine(Keys(other.Provider), "public") },
            },
            Delivery = new { ReconnectDelayMax = "00:00:00.5" },
        }));
        return path;
    }
}
