using System.Net;
using System.Net.Sockets;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;
using Gateway.Server.Commands;
using Gateway.Server.Configuration;
using Gateway.Server.Hosting;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Server.Demonstration;

/// <summary>One provider of the demonstration: its keys, its node, and channels for its two backends.</summary>
internal sealed class DemoProvider : IAsyncDisposable
{
    private readonly List<IDisposable> _opened = [];
    private readonly DeidentificationSettings _media;
    private GatewayNode? _node;

    public DemoProvider(string uri, string folder, DeidentificationSettings media)
    {
        _media = media;
        Uri = GatewayUri.Parse(uri);
        Keys = Path.Combine(folder, "keys", Uri.Provider);
        Data = Path.Combine(folder, "data", Uri.Provider);
        Agreements = Path.Combine(folder, "agreements");
        PeerPort = FreePort();
        DevelopmentKeys.Write(Uri, ["localhost"], Keys, TimeProvider.System);
        Directory.CreateDirectory(Agreements);
    }

    public GatewayUri Uri { get; }

    public string Keys { get; }

    public string PublicFiles => Path.Combine(Keys, DevelopmentKeys.PublicFolder);

    public string Agreements { get; }

    public int PeerPort { get; }

    public GatewayNode Node => _node ?? throw new InvalidOperationException("the node was not started");

    private string Data { get; }

    public async Task StartAsync(DemoProvider other, CancellationToken cancellationToken)
    {
        var configuration = new GatewayConfiguration
        {
            Node = new NodeSettings { Gateway = Uri.ToString(), KeysFolder = Keys, DataFolder = Data, AgreementsFolder = Agreements },
            Listeners = new ListenerSettings { Peer = $"127.0.0.1:{PeerPort}", Backend = "127.0.0.1:0", AdminSocket = Path.Combine(Path.GetTempPath(), $"gateway-demo-{PeerPort}.sock") },
            Backends =
            [
                new BackendSettings { Identity = $"xvide://{Uri.Provider}/media-backend", Role = BackendRole.Media },
                new BackendSettings { Identity = $"xvide://{Uri.Provider}/mapping-backend", Role = BackendRole.Mapping },
            ],
            Deidentification = _media,
            Peers = [new PeerSettings { Gateway = other.Uri.ToString(), Address = $"https://localhost:{other.PeerPort}", CertificatesFolder = other.PublicFiles }],
        };
        var (node, findings) = await GatewayNode.StartAsync(configuration, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        _node = node;
        if (node is null || findings.Count > 0)
        {
            throw new InvalidDataException(string.Join(Environment.NewLine, findings));
        }
    }

    /// <summary>A channel of the backend of this name, with the backend's own certificate.</summary>
    public GrpcChannel OpenBackend(string name)
    {
        var identity = TlsIdentity.Load(Path.Combine(Keys, name + ".crt"), Path.Combine(Keys, name + ".key"));
        var channel = BackendChannel.Open(Node.Listeners.BackendEndPoint, identity, TrustAnchors.LoadPem(Path.Combine(Keys, "root.crt")), TimeProvider.System);
        _opened.AddRange([channel, identity]);
        return channel;
    }

    public async ValueTask DisposeAsync()
    {
        _opened.ForEach(opened => opened.Dispose());
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
