using Gateway.Exchange.Peers;

namespace Gateway.Exchange.Inbox;

/// <summary>One channel of a session that may be used.</summary>
/// <param name="Epoch">Epoch of the session on it.</param>
/// <param name="LastSequence">Sequence of the last message kept when the session began: what comes up to it is a repeat.</param>
internal sealed record OpenChannel(long Epoch, long LastSequence);

/// <summary>Who is at the other end of a session, and what it may use.</summary>
/// <param name="Peer">The peer, as its TLS certificate names it.</param>
/// <param name="Channels">Channels by agreement.</param>
internal sealed record InboundCaller(Peer Peer, IReadOnlyDictionary<string, OpenChannel> Channels);
