using Gateway.Exchange.Agreements;
using Gateway.Exchange.Peers;

namespace Gateway.Exchange.Inbox;

/// <summary>One channel of a session that may be used.</summary>
/// <param name="Signed">Its agreement, as it was at Hello.</param>
/// <param name="Epoch">Epoch of the session on it.</param>
internal sealed record OpenChannel(SignedAgreement Signed, long Epoch);

/// <summary>Who is at the other end of a session, and what it may use.</summary>
/// <param name="Peer">The peer, as its TLS certificate names it.</param>
/// <param name="Channels">Channels by agreement.</param>
internal sealed record InboundCaller(Peer Peer, IReadOnlyDictionary<string, OpenChannel> Channels);
