using System.Net;
using Gateway.Sealing.Certificates;
using Gateway.Server.Configuration;
using Gateway.Server.Endpoints;
using Gateway.Server.Health;
using Gateway.Server.Interceptors;
using Gateway.Server.Listeners;
using Gateway.Server.Records;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gateway.Server.Hosting;

/// <summary>The three listeners of a node: peers, backends, operator. Each has its own services and its own idea of who may enter.</summary>
internal sealed class NodeListeners : IAsyncDisposable
{
    private readonly WebApplication _peer;
    private readonly WebApplication _backend;
    private readonly WebApplication _admin;

    public NodeListeners(GatewayConfiguration configuration, NodeIdentity identity, NodeKeys keys, NodeState state, ExchangeEngine exchange, TimeProvider time, ILoggerFactory loggers)
    {
        AdminSocket = configuration.Listeners.AdminSocket.Length > 0
            ? configuration.Listeners.AdminSocket
            : Path.Combine(configuration.Node.DataFolder, "admin.sock");
        _peer = PeerHost(configuration, keys, exchange, time, loggers);
        _backend = BackendHost(configuration, keys, state, exchange, time, loggers);
        _admin = AdminHost(identity, state, exchange, time, loggers);
    }

    public string AdminSocket { get; }

    public IPEndPoint PeerEndPoint => EndPointOf(_peer);

    public IPEndPoint BackendEndPoint => EndPointOf(_backend);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _peer.StartAsync(cancellationToken);
        await _backend.StartAsync(cancellationToken);

        // A socket file that a killed process left behind would keep us from listening.
        File.Delete(AdminSocket);
        await _admin.StartAsync(cancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(AdminSocket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(_peer.StopAsync(cancellationToken), _backend.StopAsync(cancellationToken), _admin.StopAsync(cancellationToken));

    public async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        await _backend.DisposeAsync();
        await _admin.DisposeAsync();
    }

    private static IPEndPoint EndPointOf(WebApplication app)
    {
        var address = new Uri(app.Urls.First());
        return new IPEndPoint(IPAddress.Parse(address.Host), address.Port);
    }

    private static WebApplication PeerHost(GatewayConfiguration configuration, NodeKeys keys, ExchangeEngine exchange, TimeProvider time, ILoggerFactory loggers)
    {
        var anchors = exchange.Peers.All.ToDictionary(peer => peer.Uri, peer => peer.Anchors);
        var tls = Tls(keys, anchors, time, loggers);
        var gate = new PeerGate(configuration.PeerLimits, time, loggers.CreateLogger<PeerGate>());
        return ListenerHost.Build(
            loggers,
            kestrel =>
            {
                KestrelLimits.Apply(kestrel, configuration.Listeners.PeerConnectionsMax, configuration.PeerLimits);
                kestrel.Listen(configuration.Listeners.PeerEndPoint, listen =>
                {
                    listen.Protocols = HttpProtocols.Http2;
                    gate.Apply(listen, tls);
                });
            },
            KestrelLimits.PeerMessageBytesMax,
            _ => { },
            services => services.AddSingleton(new ExchangeEndpoint(exchange.Inbound, new PeerPaces(configuration.PeerLimits, time))),
            app => app.MapGrpcService<ExchangeEndpoint>());
    }

    private static WebApplication BackendHost(GatewayConfiguration configuration, NodeKeys keys, NodeState state, ExchangeEngine exchange, TimeProvider time, ILoggerFactory loggers)
    {
        var backends = configuration.Backends.ToDictionary(backend => GatewayUri.Parse(backend.Identity), backend => backend.Role);
        var tls = Tls(keys, backends.Keys.ToDictionary(uri => uri, _ => keys.Anchors), time, loggers);
        return ListenerHost.Build(
            loggers,
            kestrel => Listen(kestrel, configuration.Listeners.BackendEndPoint, configuration.Listeners.BackendConnectionsMax, tls),
            KestrelLimits.BackendMessageBytesMax,
            grpc =>
            {
                grpc.Interceptors.Add<BackendRoles>(backends);
                grpc.Interceptors.Add<LookUpScanGuard>();
            },
            services =>
            {
                services.AddSingleton(new LookUpScanGuard(configuration.Backends, time, loggers.CreateLogger<LookUpScanGuard>()));
                services.AddSingleton(new DeidentificationEndpoint(state, new RecordSigner(keys.Signing, time)));
                services.AddSingleton(new IdentificationEndpoint(exchange.Mappings, exchange.LookUp, exchange.Proving, exchange.Correction, exchange.Erasure));
                AddHealth(services, state);
                services.AddGrpcReflection();
            },
            app =>
            {
                app.MapGrpcService<DeidentificationEndpoint>();
                app.MapGrpcService<IdentificationEndpoint>();
                app.MapGrpcHealthChecksService();
                app.MapGrpcReflectionService();
            });
    }

    private WebApplication AdminHost(NodeIdentity identity, NodeState state, ExchangeEngine exchange, TimeProvider time, ILoggerFactory loggers) => ListenerHost.Build(
        loggers,
        kestrel =>
        {
            KestrelLimits.Apply(kestrel, connectionsMax: 16, new PeerLimitSettings());
            kestrel.ListenUnixSocket(AdminSocket, listen => listen.Protocols = HttpProtocols.Http2);
        },
        KestrelLimits.PeerMessageBytesMax,
        _ => { },
        services =>
        {
            services.AddSingleton(new AdminEndpoint(state, identity, exchange.Store, exchange.Agreements, exchange.Evidence, exchange.AgreementWatch, exchange.Links, exchange.Reload, time));
            AddHealth(services, state);
            services.AddGrpcReflection();
        },
        app =>
        {
            app.MapGrpcService<AdminEndpoint>();
            app.MapGrpcHealthChecksService();
            app.MapGrpcReflectionService();
        });

    private static ServerTls Tls(NodeKeys keys, IReadOnlyDictionary<GatewayUri, TrustAnchors> callers, TimeProvider time, ILoggerFactory loggers)
    {
        var roots = new System.Security.Cryptography.X509Certificates.X509Certificate2Collection();
        foreach (var anchors in callers.Values.Distinct())
        {
            roots.AddRange(anchors.Roots);
        }

        return new ServerTls(keys.Tls.Context, roots, new CallerChecks(callers, time).Check, loggers.CreateLogger<ServerTls>());
    }

    private static void Listen(KestrelServerOptions kestrel, IPEndPoint endPoint, int connectionsMax, ServerTls tls)
    {
        var limits = new PeerLimitSettings();
        KestrelLimits.Apply(kestrel, connectionsMax, limits);
        kestrel.Listen(endPoint, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(tls.Handshake(limits.HandshakeTimeout));
        });
    }

    private static void AddHealth(IServiceCollection services, NodeState state) =>
        services.AddGrpcHealthChecks(health => health.Services.Map("", _ => true))
            .AddCheck("node", new NodeHealth(state), HealthStatus.Unhealthy);
}
