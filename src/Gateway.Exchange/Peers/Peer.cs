using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;

namespace Gateway.Exchange.Peers;

/// <summary>A gateway of another provider, with everything that was validated about it once.</summary>
/// <param name="Uri">Its identity.</param>
/// <param name="Address">Where it listens, https with a DNS name of its certificate.</param>
/// <param name="Anchors">Its own trust anchors; nobody else's count for it.</param>
/// <param name="Signer">Key its messages and receipts are signed with.</param>
/// <param name="Encryption">Key its envelopes are addressed to.</param>
public sealed record Peer(GatewayUri Uri, Uri Address, TrustAnchors Anchors, VerificationKey Signer, EncryptionKey Encryption);

/// <summary>All configured peers. There is no other way to be one.</summary>
public sealed class PeerDirectory(IReadOnlyList<Peer> peers)
{
    /// <summary>In the order of the configuration.</summary>
    public IReadOnlyList<Peer> All => peers;

    /// <summary>The peer with this identity, or null.</summary>
    public Peer? Find(GatewayUri uri) => peers.FirstOrDefault(peer => peer.Uri == uri);

    /// <summary>The first peer of this provider, or null.</summary>
    public Peer? FindProvider(string provider) => peers.FirstOrDefault(peer => peer.Uri.Provider == provider);

    /// <summary>The key with this identifier, whichever peer it belongs to, or null.</summary>
    public VerificationKey? Signer(ReadOnlyMemory<byte> keyIdentifier) =>
        peers.FirstOrDefault(peer => peer.Signer.KeyIdentifier.Span.SequenceEqual(keyIdentifier.Span))?.Signer;
}
