using System.Collections.Concurrent;
using Gateway.Sealing.Certificates;

namespace Gateway.Exchange.Inbox;

/// <summary>
/// How many refusals each peer may cause. Every refusal is durable evidence: a peer that sends what must be refused as fast as it can
/// would fill the disk of everybody. So it is cut off instead, and no refusal goes without its evidence. Peers are known from the configuration, so there are few.
/// </summary>
internal sealed class PeerRefusals(TimeProvider time)
{
    // An honest sender stops at its first refusal, and has at most 64 messages in flight on at most 64 channels.
    private const int AtOnceMax = 1_000;
    private const int PerMinute = 60;

    private readonly ConcurrentDictionary<GatewayUri, Allowance> _peers = new();

    /// <summary>True when the peer used its refusals up: it is served no longer until some come back.</summary>
    public bool AreUsedUp(GatewayUri peer) => Of(peer).IsUsedUp;

    /// <summary>Counts a refusal; false when it was one too many.</summary>
    public bool TryCount(GatewayUri peer) => Of(peer).TryTake();

    private Allowance Of(GatewayUri peer) => _peers.GetOrAdd(peer, _ => new Allowance(AtOnceMax, PerMinute, time));
}
