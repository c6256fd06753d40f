using System.Net.Security;
using System.Security.Authentication;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;
using Gateway.Server.Commands;
using Gateway.Server.Configuration;
using Gateway.Server.Demonstration;
using Gateway.Server.Hosting;
using Gateway.TestKit;
using Grpc.Net.Client;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.Deidentification;

/// <summary>
/// One real node for all tests of the media service: Kestrel, mutual TLS, the embedded detector, a store on disk. The tests that share it run
/// one after the other, and at the end its log must hold no error.
/// </summary>
public sealed class MediaNode : IAsyncLifetime
{
    public const int StreamsMax = 2;

    /// <summary>What the framework logs of a unary request that it could not read.</summary>
    internal const string UnreadableRequest = "ErrorExecutingServiceMethod";

    private readonly TempFolder _folder = new();
    private readonly List<IDisposable> _opened = [];
    private GatewayNode? _node;
    private Wire.Deidentification.DeidentificationClient? _client;

    internal static GatewayUri Uri { get; } = GatewayUri.Parse("xvide://alpha/a1");

    internal CollectedLog Log { get; } = new();

    internal TrustAnchors Anchors => TrustAnchors.LoadPem(Path.Combine(Keys, "root.crt"));

    internal string Keys => _folder["keys"];

    internal GatewayNode Node => _node ?? throw new InvalidOperationException("the node was not started");

    internal Wire.Deidentification.DeidentificationClient Client => _client ?? throw new InvalidOperationException("the node was not started");

    internal Uri BackendAddress => new($"https://localhost:{Node.Listeners.BackendEndPoint.Port}");

    public async ValueTask InitializeAsync()
    {
        DevelopmentKeys.Write(Uri, ["localhost"], Keys, TimeProvider.System);
        (_node, var findings) = await GatewayNode.StartAsync(Configuration(), TimeProvider.System, Log, default);
        Assert.Empty(findings);
        _client = new Wire.Deidentification.DeidentificationClient(OpenBackend("media-backend"));
    }

    public async ValueTask DisposeAsync()
    {
        _opened.ForEach(opened => opened.Dispose());
        await Node.DisposeAsync();
        _folder.Dispose();
        Log.HasNoErrorsBut(UnreadableRequest);
    }

    /// <summary>A channel of a backend of this name, with its own certificate.</summary>
    internal GrpcChannel OpenBackend(string name)
    {
        var identity = LoadIdentity(Keys, name);
        var channel = BackendChannel.Open(Node.Listeners.BackendEndPoint, identity, Anchors, TimeProvider.System);
        _opened.Add(channel);
        return channel;
    }

    /// <summary>HTTP/2 without a gRPC client in between, for what a gRPC client would not send.</summary>
    internal HttpMessageInvoker OpenHttp(SslStreamCertificateContext? certificate)
    {
        var http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificateContext = certificate,
                EnabledSslProtocols = SslProtocols.Tls13,
                AllowTlsResume = false,
                CertificateChainPolicy = Anchors.NewChainPolicy(TimeProvider.System.GetUtcNow()),
            },
        });
        _opened.Add(http);
        return http;
    }

    /// <summary>Certificate and key of a name in a folder of keys.</summary>
    internal TlsIdentity LoadIdentity(string keys, string name)
    {
        var identity = TlsIdentity.Load(Path.Combine(keys, name + ".crt"), Path.Combine(keys, name + ".key"));
        _opened.Add(identity);
        return identity;
    }

    /// <summary>Keys of another provider, made for this test.</summary>
    internal string MakeKeys(GatewayUri owner, string folder)
    {
        DevelopmentKeys.Write(owner, ["localhost"], _folder[folder], TimeProvider.System);
        return _folder[folder];
    }

    private GatewayConfiguration Configuration() => new()
    {
        Node = new NodeSettings { Gateway = Uri.ToString(), KeysFolder = Keys, DataFolder = _folder["data"] },
        Listeners = new ListenerSettings { Peer = "127.0.0.1:0", Backend = "127.0.0.1:0", AdminSocket = _folder["admin.sock"] },
        Backends =
        [
            new BackendSettings { Identity = "xvide://alpha/media-backend", Role = BackendRole.Media },
            new BackendSettings { Identity = "xvide://alpha/mapping-backend", Role = BackendRole.Mapping },
        ],
        Deidentification = new DeidentificationSettings { StreamsMax = StreamsMax, CheckpointInterval = TimeSpan.FromSeconds(1) },
    };
}

/// <summary>The tests that share one <see cref="MediaNode"/>.</summary>
[CollectionDefinition(Name)]
public sealed class MediaNodeGroup : ICollectionFixture<MediaNode>
{
    public const string Name = "media node";
}
