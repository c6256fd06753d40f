using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gateway.Contracts.Exchange.V1;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;
using Grpc.Core;
using Grpc.Net.Client;

namespace Gateway.Exchange.Peers;

/// <summary>
/// Sessions over gRPC and mutual TLS 1.3. Each session has a connection of its own: two stalled streams on one HTTP/2 connection would stall
/// everything else on it.
/// </summary>
public sealed class GrpcPeerChannel(TlsIdentity identity, TimeProvider time) : IPeerChannel
{
    /// <summary>Largest frame, bytes: one sealed message.</summary>
    public const int FrameBytesMax = 1024 * 1024;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Largest frame it sends, bytes. Default <see cref="FrameBytesMax"/>; a tester raises it to see a peer refuse more.</summary>
    public int SendBytesMax { get; init; } = FrameBytesMax;

    /// <inheritdoc/>
    public Task<IPeerSession> OpenAsync(Peer peer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        var channel = GrpcChannel.ForAddress(peer.Address, new GrpcChannelOptions
        {
            HttpHandler = NewHandler(peer),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = FrameBytesMax,
            MaxSendMessageSize = SendBytesMax,

            // With it on, writes that a server ended and deadlines would look like our own cancellations.
            ThrowOperationCanceledOnCancellation = false,
        });
        var call = new Contracts.Exchange.V1.Exchange.ExchangeClient(channel).OpenSession(cancellationToken: CancellationToken.None);
        return Task.FromResult<IPeerSession>(new GrpcPeerSession(channel, call));
    }

    private SocketsHttpHandler NewHandler(Peer peer) => new()
    {
        ConnectTimeout = ConnectTimeout,
        EnableMultipleHttp2Connections = false,
        UseProxy = false,
        AllowAutoRedirect = false,
        PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
        KeepAlivePingDelay = PingDelay,
        KeepAlivePingTimeout = PingTimeout,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        SslOptions = new SslClientAuthenticationOptions
        {
            TargetHost = peer.Address.Host,
            ClientCertificateContext = identity.Context,
            EnabledSslProtocols = SslProtocols.Tls13,

            // A resumed session keeps the peer's leaf only, and then its chain cannot be built again.
            AllowTlsResume = false,
            CertificateChainPolicy = peer.Anchors.NewChainPolicy(time.GetUtcNow()),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Admits(peer, certificate, chain, errors),
        },
    };

    private bool Admits(Peer peer, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        errors == SslPolicyErrors.None
        && certificate is X509Certificate2 leaf
        && chain is not null
        && peer.Anchors.Check(leaf, chain.ChainPolicy.ExtraStore, CertificatePurpose.Tls, peer.Uri, time.GetUtcNow()) == CertificateOutcome.Trusted;
}

/// <summary>One gRPC session.</summary>
internal sealed class GrpcPeerSession(GrpcChannel channel, AsyncDuplexStreamingCall<SenderFrame, ReceiverFrame> call) : IPeerSession
{
    public async Task WriteAsync(SenderFrame frame, CancellationToken cancellationToken)
    {
        try
        {
            await call.RequestStream.WriteAsync(frame, cancellationToken);
        }
        catch (Exception broken) when (IsBreak(broken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Fault(broken);
        }
    }

    public async Task<ReceiverFrame?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await call.ResponseStream.MoveNext(cancellationToken) ? call.ResponseStream.Current : null;
        }
        catch (Exception broken) when (IsBreak(broken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Fault(broken);
        }
    }

    public async Task CompleteAsync()
    {
        try
        {
            await call.RequestStream.CompleteAsync();
        }
        catch (Exception broken) when (IsBreak(broken))
        {
            throw Fault(broken);
        }
    }

    public ValueTask DisposeAsync()
    {
        call.Dispose();
        channel.Dispose();
        return ValueTask.CompletedTask;
    }

    // MoveNext can throw what the connection threw, not only what gRPC made of it.
    private static bool IsBreak(Exception exception) => exception is RpcException or IOException or HttpRequestException or InvalidOperationException or ObjectDisposedException;

    private static PeerUnreachableException Fault(Exception broken)
    {
        var status = (broken as RpcException)?.StatusCode;
        var fault = status is StatusCode.Unauthenticated or StatusCode.PermissionDenied or StatusCode.FailedPrecondition or StatusCode.Unimplemented or StatusCode.InvalidArgument
            ? PeerFault.Refused
            : PeerFault.Unreachable;
        return new PeerUnreachableException(fault, $"The session ended with {status?.ToString() ?? broken.GetType().Name}.", broken);
    }
}
