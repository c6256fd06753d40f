using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Certificates;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Delivery;

/// <summary>A session on which the receiver said Welcome.</summary>
/// <param name="Session">The session.</param>
/// <param name="Channels">Its channels, those the receiver refused closed.</param>
/// <param name="Credit">Messages that may be in flight.</param>
internal sealed record OpenedSession(IPeerSession Session, IReadOnlyList<OutboundChannelCursor> Channels, int Credit);

/// <summary>Connect, Hello, Welcome.</summary>
internal sealed class SessionOpening(Peer peer, IPeerChannel channel, GatewayUri own, SessionServices services, ILogger log)
{
    private const uint ProtocolVersion = 1;

    /// <summary>Opens a session that offers these agreements.</summary>
    /// <exception cref="PeerUnreachableException">There is no session; the fault says whether trying again may cure it.</exception>
    public async Task<OpenedSession> OpenAsync(IReadOnlyList<SignedAgreement> offered, CancellationToken cancellationToken)
    {
        var cursors = new List<OutboundChannelCursor>(offered.Count);
        foreach (var signed in offered)
        {
            var key = new ChannelKey(own.Provider, peer.Uri.Provider, signed.Agreement.Id);
            cursors.Add(new OutboundChannelCursor(key, signed, await services.Store.GetChannelAsync(key, cancellationToken), services));
        }

        var session = await channel.OpenAsync(peer, cancellationToken);
        var opened = false;
        try
        {
            await session.WriteAsync(HelloFrame(offered), cancellationToken);
            var first = await session.ReadAsync(cancellationToken)
                ?? throw new PeerUnreachableException("The peer ended the session before its Welcome.");
            var credit = await AcceptAsync(first.Welcome, cursors, cancellationToken);
            opened = true;
            return new OpenedSession(session, cursors, credit);
        }
        finally
        {
            if (!opened)
            {
                await session.DisposeAsync();
            }
        }
    }

    private SenderFrame HelloFrame(IReadOnlyList<SignedAgreement> offered)
    {
        var hello = new Hello { ProtocolVersion = ProtocolVersion, GatewayUri = own.ToString() };
        hello.Channels.AddRange(offered.Select(signed => new ChannelOffer
        {
            AgreementId = signed.Agreement.Id,
            AgreementRevision = (uint)signed.Agreement.Revision,
            AgreementDigest = ByteString.CopyFrom(signed.Digest.Span),
        }));
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
