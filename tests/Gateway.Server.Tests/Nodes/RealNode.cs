using Gateway.Contracts.Admin.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Sealing.Keys;
using Gateway.Server.Configuration;
using Gateway.Server.Demonstration;
using Gateway.Server.Hosting;
using Gateway.Server.Tests.Processes;
using Gateway.TestKit;
using Gateway.TestKit.Pki;
using Grpc.Net.Client;

namespace Gateway.Server.Tests.Nodes;

/// <summary>A whole node with its own folder: real files, listeners, TLS and store. It can be stopped and started again.</summary>
internal sealed class RealNode : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<PeerSettings> _peers = [];
    private readonly List<IDisposable> _opened = [];
    private GatewayNode? _node;

    public RealNode(TestProvider provider)
    {
        Provider = provider;
        provider.Pki.WriteTo(Keys);
        Directory.CreateDirectory(Agreements);
    }

    public TestProvider Provider { get; }

    public int PeerPort { get; } = NodeProcess.FreePort();

    public CollectedLog Log { get; } = new();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public DeliverySettings Delivery { get; init; } = new() { ReconnectDelayMax = TimeSpan.FromMilliseconds(300), ConnectTimeout = TimeSpan.FromSeconds(2) };

    public DeidentificationSettings Deidentification { get; init; } = new();

    public int PeerConnectionsMax { get; init; } = 200;

    public PeerLimitSettings PeerLimits { get; init; } = new();

    public int LookUpMissesPerMinuteMax { get; init; } = 600;

    /// <summary>What the last start found.</summary>
    public IReadOnlyList<Finding> Findings { get; private set; } = [];

    public GatewayNode Node => _node ?? throw new InvalidOperationException("the node does not run");

    public string Keys => _folder["keys"];

    public string Data => _folder["data"];

    public string Agreements => _folder["agreements"];

    public string AdminSocket => _folder["admin.sock"];

    public Identification.IdentificationClient MappingBackend => new(OpenBackend("mapping-backend"));

    public Admin.AdminClient Operator => new(Opened(AdminChannel.Open(AdminSocket)));

    /// <summary>Makes a provider's gateway a peer, with the certificates it would give on a trusted way.</summary>
    public RealNode WithPeer(TestProvider peer, int port)
    {
        var folder = _folder[$"peer-{peer.Uri.Provider}-{peer.Uri.Gateway}"];
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "root.crt"), peer.Pki.Root.ExportCertificatePem());
        foreach (var name in (string[])["signing", "decryption"])
        {
            File.WriteAllText(Path.Combine(folder, name + ".crt"), string.Join('\n', peer.ChainOf(name).Select(certificate => certificate.ExportCertificatePem())));
        }

        _peers.Add(new PeerSettings { Gateway = peer.Uri.ToString(), Address = $"https://localhost:{port}", CertificatesFolder = folder });
        return this;
    }

    public RealNode WithAgreement(string signed, string name = "one")
    {
        File.WriteAllText(Path.Combine(Agreements, name + ".agreement"), signed);
        return this;
    }

    /// <summary>Starts, and fails when the node does not come up.</summary>
    public async Task<RealNode> StartedAsync()
    {
        await TryStartAsync();
        Assert.True(_node is not null, string.Join('\n', Findings));
        return this;
    }

    public async Task TryStartAsync() =>
        (_node, Findings) = await GatewayNode.StartAsync(Configuration(), Time, Log, CancellationToken.None);

    public async Task StopAsync()
    {
        var node = Node;
        _node = null;
        await node.DisposeAsync();
    }

    /// <summary>A channel of a backend of this provider with its own certificate.</summary>
    public GrpcChannel OpenBackend(string name)
    {
        var identity = Opened(TlsIdentity.Load(Path.Combine(Keys, name + ".crt"), Path.Combine(Keys, name + ".key")));
        return Opened(BackendChannel.Open(Node.Listeners.BackendEndPoint, identity, Provider.Anchors, TimeProvider.System));
    }

    public async ValueTask DisposeAsync()
    {
        _opened.ForEach(opened => opened.Dispose());
        if (_node is not null)
        {
            await StopAsync();
        }

        _folder.Dispose();
    }

    private GatewayConfiguration Configuration() => new()
    {
        Node = new NodeSettings { Gateway = Provider.Uri.ToString(), KeysFolder = Keys, DataFolder = Data, AgreementsFolder = Agreements },
        Listeners = new ListenerSettings { Peer = $"127.0.0.1:{PeerPort}", Backend = "127.0.0.1:0", AdminSocket = AdminSocket, PeerConnectionsMax = PeerConnectionsMax },
        Backends =
        [
            new BackendSettings { Identity = $"xvide://{Provider.Uri.Provider}/media-backend", Role = BackendRole.Media },
            new BackendSettings { Identity = $"xvide://{Provider.Uri.Provider}/mapping-backend", Role = BackendRole.Mapping, LookUpMissesPerMinuteMax = LookUpMissesPerMinuteMax },
        ],
        Peers = _peers,
        PeerLimits = PeerLimits,
        Deidentification = Deidentification,
        Delivery = Delivery,
    };

    private T Opened<T>(T opened)
        where T : IDisposable
    {
        _opened.Add(opened);
        return opened;
    }
}
