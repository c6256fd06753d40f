using Gateway.Exchange.Peers;

namespace Gateway.Exchange.Inbox;

/// <summary>One channel of a session that may be used.</summary>
/// <param name="epoch">Epoch of the session on it.</param>
/// <param name="lastSequence">Sequence of the last message kept when the session began.</param>
internal sealed class OpenChannel(long epoch, long lastSequence)
{
    private long _lastSequence = lastSequence;

    public long Epoch => epoch;

    /// <summary>What comes up to it is a repeat.</summary>
    public long LastSequence => Volatile.Read(ref _lastSequence);

    public void Kept(long sequence) => Volatile.Write(ref _lastSequence, Math.Max(LastSequence, sequence));
}

/// <summary>Who is at the other end of a session, and what it may use.</summary>
/// <param name="Peer">The peer, as its TLS certificate names it.</param>
/// <param name="Channels">Channels by agreement.</param>
internal sealed record InboundCaller(Peer Peer, IReadOnlyDictionary<string, OpenChannel> Channels)
{
    private volatile bool _hasMoved;
    private volatile bool _isCutOff;

    /// <summary>Both sides can say why a version replaces the one before it.</summary>
    public bool TellsChanges { get; init; }

    /// <summary>The sender opened a newer session: what still comes on this one is late, and no fault of anybody.</summary>
    public bool HasMoved => _hasMoved;

    /// <summary>The sender caused more refusals than a peer may.</summary>
    public bool IsCutOff => _isCutOff;

    public void Moved() => _hasMoved = true;

    public void CutOff() => _isCutOff = true;
}
