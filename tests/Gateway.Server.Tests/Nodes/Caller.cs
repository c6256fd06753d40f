using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sealing.Certificates;
using Gateway.TestKit.Pki;
using Grpc.Net.Client;

namespace Gateway.Server.Tests.Nodes;

/// <summary>A caller with any certificate, or none: what our own clients would never present.</summary>
internal sealed record Caller(X509Certificate2? Leaf, X509Certificate2Collection Intermediates)
{
    private const int MessageBytesMax = 64 * 1024 * 1024;

    public static Caller WithoutCertificate { get; } = new(null, []);

    public SslProtocols Protocols { get; init; } = SslProtocols.Tls13;

    /// <summary>A certificate of a provider, by its name there: tls, media-backend, signing.</summary>
    public static Caller With(TestProvider provider, string name) => With(provider, provider.Pki[name]);

    /// <summary>A certificate that an authority issues for whomever it wants.</summary>
    public static Caller Named(TestProvider authority, string uri, CertificatePurpose purpose = CertificatePurpose.Tls) =>
        With(authority, authority.Pki.Issue(GatewayUri.Parse(uri), [], purpose, authority.Now.AddHours(-1), authority.Now.AddDays(1)));

    public static Caller With(TestProvider authority, CertifiedKey key) =>
        new(X509Certificate2.CreateFromPem(key.Certificate.ExportCertificatePem(), key.ExportPrivateKeyPem()), [authority.Pki["issuing"].Certificate]);

    /// <summary>The same without its intermediate.</summary>
    public Caller Alone() => this with { Intermediates = [] };

    public GrpcChannel Open(int port, TestProvider server) => GrpcChannel.ForAddress($"https://localhost:{port}", new GrpcChannelOptions
    {
        MaxSendMessageSize = MessageBytesMax,
        DisposeHttpClient = true,
        HttpHandler = new SocketsHttpHandler { SslOptions = Tls(server) },
    });

    public SslClientAuthenticationOptions Tls(TestProvider server) => new()
    {
        TargetHost = "localhost",
        ClientCertificateContext = Leaf is null ? null : SslStreamCertificateContext.Create(Leaf, Intermediates, offline: true),
        EnabledSslProtocols = Protocols,
        AllowTlsResume = false,
        ApplicationProtocols = [SslApplicationProtocol.Http2],
        CertificateChainPolicy = server.Anchors.NewChainPolicy(TimeProvider.System.GetUtcNow()),
    };
}
