using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;
using Grpc.Net.Client;

namespace Gateway.Server.Demonstration;

/// <summary>How a backend of the provider reaches its node: mutual TLS with a certificate of its own.</summary>
internal static class BackendChannel
{
    private const int MessageBytesMax = 40 * 1024 * 1024;

    public static GrpcChannel Open(IPEndPoint node, TlsIdentity backend, TrustAnchors anchors, TimeProvider time) =>
        GrpcChannel.ForAddress($"https://localhost:{node.Port}", new GrpcChannelOptions
        {
            MaxReceiveMessageSize = MessageBytesMax,
            MaxSendMessageSize = MessageBytesMax,
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                SslOptions = new SslClientAuthenticationOptions
                {
                    ClientCertificateContext = backend.Context,
                    EnabledSslProtocols = SslProtocols.Tls13,
                    AllowTlsResume = false,
                    CertificateChainPolicy = anchors.NewChainPolicy(time.GetUtcNow()),
                },
            },
        });
}
