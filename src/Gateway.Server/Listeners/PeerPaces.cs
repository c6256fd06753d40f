using System.Collections.Concurrent;
using Gateway.Sealing.Certificates;
using Gateway.Server.Configuration;

namespace Gateway.Server.Listeners;

/// <summary>How fast each peer may go: sessions, messages and bytes. Peers are known from the configuration, so there are few.</summary>
internal sealed class PeerPaces(PeerLimitSettings limits, TimeProvider time)
{
    private readonly ConcurrentDictionary<GatewayUri, Paces> _peers = new();

    /// <summary>True when the peer may open another session now.</summary>
    public bool MayOpenSession(GatewayUri peer) => Of(peer).Sessions.TryTake(1);

    /// <summary>
    /// Waits after a message that came too early. The frames behind it wait in the windows of the connection, and the peer in its own write:
    /// nothing is lost and nothing piles up here.
    /// </summary>
    public Task WaitAsync(GatewayUri peer, int messageBytes, CancellationToken cancellationToken)
    {
        var paces = Of(peer);
        var (byCount, byBytes) = (paces.Messages.Take(1), paces.Bytes.Take(messageBytes));
        var wait = byCount > byBytes ? byCount : byBytes;
        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }

    private Paces Of(GatewayUri peer) => _peers.GetOrAdd(peer, _ => new Paces(
        new Pace(limits.SessionsPerMinuteMax / 60.0, limits.SessionsPerMinuteMax, time),
        new Pace(limits.MessagesPerSecondMax, limits.MessagesPerSecondMax, time),
        new Pace(limits.BytesPerSecondMax, limits.BytesPerSecondMax, time)));

    private sealed record Paces(Pace Sessions, Pace Messages, Pace Bytes);
}
