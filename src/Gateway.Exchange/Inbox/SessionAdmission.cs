using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Certificates;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

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

    /// <summary>The first frame is no Hello, or one of a version we do not speak, or it did not come in time.</summary>
    NotUnderstood,

    /// <summary>The node stops and admits no more sessions.</summary>
    Stopping,

    /// <summary>The peer caused more refusals than a peer may; some come back with every minute.</summary>
    TooManyRefusals,

    /// <summary>The peer opened more sessions than it may in a minute.</summary>
    TooManySessions,
}

/// <summary>Decides on a Hello: who it is, and which of the channels it offers may be used.</summary>
internal sealed class SessionAdmission(
    GatewayUri own,
    PeerDirectory peers,
    AgreementBook agreements,
    IExchangeStore store,
    DeferredEvidence evidence,
    PeerRefusals refusals,
    int credit,
    TimeProvider time,
    ILogger log)
{
    private const uint ProtocolVersion = 1;
    private const int ChannelsMax = 64;
    private const int NameCharsMax = 64;
    private const int CapabilitiesMax = 16;

    public async Task<(AdmissionOutcome Outcome, InboundCaller? Caller, ReceiverFrame? Welcome)> AdmitAsync(
        GatewayUri tlsIdentity, SenderFrame? first, CancellationToken cancellationToken)
    {
        if (peers.Find(tlsIdentity) is not { } peer)
        {
            return (AdmissionOutcome.UnknownPeer, null, null);
        }

        if (first?.Hello is not { ProtocolVersion: ProtocolVersion, Channels.Count: <= ChannelsMax, Ending.Count: <= ChannelsMax, Capabilities.Count: <= CapabilitiesMax } hello
            || hello.Channels.Count + hello.Ending.Count == 0
            || hello.Channels.Any(offer => offer.AgreementId.Length is 0 or > NameCharsMax)
            || hello.Ending.Any(ending => ending.Length is 0 or > NameCharsMax))
        {
            return (AdmissionOutcome.NotUnderstood, null, null);
        }

        if (hello.GatewayUri != peer.Uri.ToString())
        {
            return (AdmissionOutcome.IdentityMismatch, null, null);
        }

        var welcome = new Welcome { ProtocolVersion = ProtocolVersion, GatewayUri = own.ToString(), Credit = (uint)credit };
        var tellsChanges = hello.Capabilities.Contains(Capability.MappingChange);
        if (tellsChanges)
        {
            welcome.Capabilities.Add(Capability.MappingChange);
        }

        var channels = new Dictionary<string, OpenChannel>();
        foreach (var offer in hello.Channels)
        {
            if (refusals.AreUsedUp(peer.Uri))
            {
                return (AdmissionOutcome.TooManyRefusals, null, null);
            }

            welcome.Channels.Add(await OpenAsync(offer, peer, channels, cancellationToken));
        }

        return (AdmissionOutcome.Admitted, new InboundCaller(peer, channels) { TellsChanges = tellsChanges }, new ReceiverFrame { Welcome = welcome });
    }

    private async Task<ChannelState> OpenAsync(ChannelOffer offer, Peer peer, Dictionary<string, OpenChannel> channels, CancellationToken cancellationToken)
    {
        // Unknown, expired, with somebody else, in another wording: one answer, which tells nothing of what exists here.
        var fault = channels.ContainsKey(offer.AgreementId) ? "OfferedTwice" : FindFault(offer, peer);
        if (fault is not null)
        {
            await RejectAsync(offer, peer, fault);
            return new ChannelState { AgreementId = offer.AgreementId, Refusal = RefusalCode.NotAgreed };
        }

        var state = await store.OpenEpochAsync(new ChannelKey(peer.Uri.Provider, own.Provider, offer.AgreementId), cancellationToken);
        channels.Add(offer.AgreementId, new OpenChannel(state.Epoch, state.LastSequence));
        return new ChannelState
        {
            AgreementId = offer.AgreementId,
            LastSequence = (ulong)state.LastSequence,
            LastMessageHash = ByteString.CopyFrom(state.LastMessageHash.Span),
            Epoch = (ulong)state.Epoch,
        };
    }

    private string? FindFault(ChannelOffer offer, Peer peer)
    {
        if (agreements.Find(offer.AgreementId, (int)Math.Min(offer.AgreementRevision, int.MaxValue), peer.Uri.Provider, time.GetUtcNow()) is not { } signed)
        {
            return "NotInForce";
        }

        if (!signed.Agreement.CounterpartyOf(own.Provider)!.Gateways.Contains(peer.Uri))
        {
            return "SenderIsNoParty";
        }

        return signed.Digest.Span.SequenceEqual(offer.AgreementDigest.Span) ? null : "OtherText";
    }

    private async Task RejectAsync(ChannelOffer offer, Peer peer, string fault)
    {
        // What a peer calls an agreement nobody here knows is its own text, and not for our evidence.
        var known = agreements.FindNewest(offer.AgreementId) is null ? "" : offer.AgreementId;
        _ = refusals.TryCount(peer.Uri);
        log.ChannelRejected(peer.Uri, known, fault);
        var rejected = new EvidenceEvent(EventNames.ChannelRejection, fault, time.GetUtcNow(), peer.Uri.Provider, own.Provider, known, 0, default);
        await evidence.AppendAsync(rejected);
    }
}
