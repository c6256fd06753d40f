using System.IO.Pipelines;
using System.Net;
using Gateway.Sealing.Certificates;
using Gateway.Server.Configuration;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.Server.Listeners;

/// <summary>
/// What a connection meets on the peer listener, around the framework's own limits:
///   1 a number of connections for its address, before the handshake;
///   2 mutual TLS;
///   3 a number of connections for the peer it turned out to be;
///   4 a number of frames a second that carry no message.
/// A connection that exceeds one is dropped without a word; the operator's log has why, at most once a second.
/// </summary>
internal sealed class PeerGate(PeerLimitSettings limits, TimeProvider time, ILogger log)
{
    private readonly UseCounts<IPAddress> _addresses = new(limits.ConnectionsPerAddressMax);
    private readonly UseCounts<GatewayUri> _peers = new(limits.ConnectionsPerPeerMax);
    private readonly Pace _logging = new(perSecond: 1, burst: 5, time);

    public void Apply(ListenOptions listen, ServerTls tls)
    {
        listen.Use(next => connection => AddressAsync(connection, next));
        listen.UseHttps(tls.Handshake(limits.HandshakeTimeout));
        listen.Use(next => connection => PeerAsync(connection, next));
    }

    private Task AddressAsync(ConnectionContext connection, ConnectionDelegate next) =>
        connection.RemoteEndPoint is IPEndPoint { Address: var address } ? CountedAsync(_addresses, address, "of its address", connection, next) : next(connection);

    private Task PeerAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var certificate = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
        if (certificate is null || SubjectUri.Of(certificate) is not { } peer)
        {
            connection.Abort(); // the handshake lets nobody through without one
            return Task.CompletedTask;
        }

        var frames = new ControlFrameCount(limits.ControlFramesPerSecondMax, time, () => Drop(connection, peer.ToString(), "control frames a second"));
        connection.Transport = new CountedTransport(connection.Transport, frames);
        return CountedAsync(_peers, peer, $"of {peer}", connection, next);
    }

    private async Task CountedAsync<TKey>(UseCounts<TKey> counts, TKey key, string whose, ConnectionContext connection, ConnectionDelegate next)
        where TKey : notnull
    {
        if (!counts.TryEnter(key))
        {
            Drop(connection, whose, "connections");
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            counts.Leave(key);
        }
    }

    private void Drop(ConnectionContext connection, string whose, string limit)
    {
        // A flood must not become a flood of our own log.
        if (_logging.TryTake(1))
        {
            log.ConnectionDropped(whose, limit);
        }

        connection.Abort();
    }

    private sealed class CountedTransport(IDuplexPipe inner, ControlFrameCount frames) : IDuplexPipe
    {
        public PipeReader Input { get; } = new CountedReader(inner.Input, frames);

        public PipeWriter Output => inner.Output;
    }
}
