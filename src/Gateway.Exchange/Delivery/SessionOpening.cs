using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Outbox;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Certificates;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Delivery;

/// <summary>A session on which the receiver said Welcome.</summary>
/// <param name="Session">The session.</param>
/// <param name="Channels">Its channels, those the receiver refused closed.</param>
/// <param name="Ending">Channels whose end has to be stated on it.</param>
/// <param name="Credit">Messages that may be in flight.</param>
internal sealed record OpenedSession(
    IPeerSession Session, IReadOnlyList<OutboundChannelCursor> Channels, IReadOnlyList<EndingChannel> Ending, int Credit)
{
    /// <summary>There is nothing that may be said on it.</summary>
    public bool IsUseless => Ending.Count == 0 && Channels.All(channel => channel.IsClosed);
}

/// <summary>What a session is opened for.</summary>
/// <param name="Agreements">Agreements in force.</param>
/// <param name="Ending">Channels whose agreement is no longer in force and whose end has not been answered.</param>
internal sealed record SessionOffer(IReadOnlyList<SignedAgreement> Agreements, IReadOnlyList<EndingChannel> Ending)
{
    public bool IsEmpty => Agreements.Count == 0 && Ending.Count == 0;
}

/// <summary>A channel that ends.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="State">Its last message.</param>
internal sealed record EndingChannel(ChannelKey Channel, OutboundChannel State);

/// <summary>Connect, Hello, Welcome.</summary>
internal sealed class SessionOpening(Peer peer, IPeerChannel channel, GatewayUri own, SessionServices services, ILogger log)
{
    private const uint ProtocolVersion = 1;

    /// <summary>Opens a session with this offer.</summary>
    /// <exception cref="PeerUnreachableException">There is no session; the fault says whether trying again may cure it.</exception>
    public async Task<OpenedSession> OpenAsync(SessionOffer offer, CancellationToken cancellationToken)
    {
        var cursors = new List<OutboundChannelCursor>(offer.Agreements.Count);
        foreach (var signed in offer.Agreements)
        {
            var key = new ChannelKey(own.Provider, peer.Uri.Provider, signed.Agreement.Id);
            cursors.Add(new OutboundChannelCursor(key, signed, services));
        }

        var session = await channel.OpenAsync(peer, cancellationToken);
        var opened = false;
        try
        {
            await session.WriteAsync(HelloFrame(offer), cancellationToken);
            var first = await session.ReadAsync(cancellationToken)
                ?? throw new PeerUnreachableException("The peer ended the session before its Welcome.");
            var credit = await AcceptAsync(first.Welcome, cursors, cancellationToken);
            opened = true;
            return new OpenedSession(session, cursors, offer.Ending, credit);
        }
        finally
        {
            if (!opened)
            {
                await session.DisposeAsync();
            }
        }
    }

    private SenderFrame HelloFrame(SessionOffer offer)
    {
        var hello = new Hello { ProtocolVersion = ProtocolVersion, GatewayUri = own.ToString(), Capabilities = { Capability.MappingChange } };
        hello.Channels.AddRange(offer.Agreements.Select(signed => new ChannelOffer
        {
            AgreementId = signed.Agreement.Id,
            AgreementRevision = (uint)signed.Agreement.Revision,
            AgreementDigest = ByteString.CopyFrom(signed.Digest.Span),
        }));
        hello.Ending.AddRange(offer.Ending.Select(ending => ending.Channel.AgreementId));
        return new SenderFrame { Hello = hello };
    }

    private async Task<int> AcceptAsync(Welcome? welcome, List<OutboundChannelCursor> cursors, CancellationToken cancellationToken)
    {
        var understood = welcome is { ProtocolVersion: ProtocolVersion, Credit: >= 1 }
            && welcome.GatewayUri == peer.Uri.ToString()
            && welcome.Channels.Select(state => state.AgreementId).SequenceEqual(cursors.Select(cursor => cursor.Channel.AgreementId));
        if (!understood)
        {
            throw new PeerUnreachableException(PeerFault.Refused, "The peer's Welcome is not one this node understands.", null);
        }

        foreach (var (cursor, state) in cursors.Zip(welcome!.Channels))
        {
            cursor.TellsChanges = welcome.Capabilities.Contains(Capability.MappingChange);

            // A state that contradicts ours concerns one channel; the others go on.
            if (!await cursor.AcceptAsync(state, cancellationToken))
            {
                log.StatesContradict(peer.Uri, cursor.Channel.AgreementId);
            }
            else if (state.Refusal != RefusalCode.Unspecified)
            {
                log.ChannelRefused(peer.Uri, cursor.Channel.AgreementId, state.Refusal);
            }
        }

        return (int)Math.Min(welcome.Credit, (uint)services.Options.Credit);
    }
}
