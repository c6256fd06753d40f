using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Certificates;
using Google.Protobuf;

namespace Gateway.Exchange.Inbox;

/// <summary>How a session was admitted, or why not.</summary>
public enum AdmissionOutcome
{
    /// <summary>The session may go on, though perhaps not on every channel.</summary>
    Admitted,

    /// <summary>Nobody we know has the identity of the TLS certificate.</summary>
    UnknownPeer,

    /// <summary>The Hello names another gateway than the TLS certificate.</summary>
    IdentityMismatch,

    /// <summary>The first frame is no Hello, or one of a version we do not speak.</summary>
    NotUnderstood,
}

/// <summary>Decides on a Hello: who it is, and which of the channels it offers may be used.</summary>
internal sealed class SessionAdmission(GatewayUri own, PeerDirectory peers, AgreementBook agreements, IInboxStore store, int credit, TimeProvider time)
{
    private const uint ProtocolVersion = 1;
    private const int ChannelsMax = 64;

    public async Task<(AdmissionOutcome Outcome, InboundCaller? Caller, ReceiverFrame? Welcome)> AdmitAsync(
        GatewayUri tlsIdentity, SenderFrame? first, CancellationToken cancellationToken)
    {
        if (peers.Find(tlsIdentity) is not { } peer)
        {
            return (AdmissionOutcome.UnknownPeer, null, null);
        }

        if (first?.Hello is not { ProtocolVersion: ProtocolVersion, Channels.Count: >= 1 and <= ChannelsMax } hello)
        {
            return (AdmissionOutcome.NotUnderstood, null, null);
        }

        if (hello.GatewayUri != peer.Uri.ToString())
        {
            return (AdmissionOutcome.IdentityMismatch, null, null);
        }

        var welcome = new Welcome { ProtocolVersion = ProtocolVersion, GatewayUri = own.ToString(), Credit = (uint)credit };
        var channels = new Dictionary<string, OpenChannel>();
        foreach (var offer in hello.Channels)
        {
            welcome.Channels.Add(await OpenAsync(offer, peer, channels, cancellationToken));
        }

        return (AdmissionOutcome.Admitted, new InboundCaller(peer, channels), new ReceiverFrame { Welcome = welcome });
    }

    private async Task<ChannelState> OpenAsync(ChannelOffer offer, Peer peer, Dictionary<string, OpenChannel> channels, CancellationToken cancellationToken)
    {
        // Unknown, expired, with somebody else, in another wording: one answer, which tells nothing of what exists here.
        if (!IsAgreed(offer, peer, out var signed) || channels.ContainsKey(offer.AgreementId))
        {
            return new ChannelState { AgreementId = offer.AgreementId, Refusal = RefusalCode.NotAgreed };
        }

        var state = await store.OpenEpochAsync(new ChannelKey(peer.Uri.Provider, own.Provider, offer.AgreementId), cancellationToken);
        channels.Add(offer.AgreementId, new OpenChannel(signed, state.Epoch));
        return new ChannelState
        {
            AgreementId = offer.AgreementId,
            LastSequence = (ulong)state.LastSequence,
            LastMessageHash = ByteString.CopyFrom(state.LastMessageHash.Span),
            Epoch = (ulong)state.Epoch,
        };
    }

    private bool IsAgreed(ChannelOffer offer, Peer peer, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SignedAgreement? signed)
    {
        signed = agreements.Find(offer.AgreementId, peer.Uri.Provider, time.GetUtcNow());
        return signed is not null
            && signed.Agreement.CounterpartyOf(own.Provider)!.Gateways.Contains(peer.Uri)
            && signed.Agreement.Revision == (int)offer.AgreementRevision
            && signed.Digest.Span.SequenceEqual(offer.AgreementDigest.Span);
    }
}
