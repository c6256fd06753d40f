using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Outbox;
using Gateway.Exchange.Peers;

namespace Gateway.Exchange.Delivery;

/// <summary>
/// Where one session stands on one of its channels. It sends everything again that has no receipt, refused or not: what was refused may be
/// accepted once the other side was put right, and nothing after it can be accepted before.
/// </summary>
internal sealed class OutboundChannelCursor(ChannelKey channel, SignedAgreement agreement, SessionServices services)
{
    private readonly Queue<SealedBatch> _built = new();
    private long _lastSealed;
    private long _lastSent;
    private long _lastAtPeer;
    private volatile bool _closed;

    public ChannelKey Channel => channel;

    public SignedAgreement Agreement => agreement;

    /// <summary>Epoch the receiver gave this session.</summary>
    public ulong Epoch { get; private set; }

    /// <summary>The receiver understands why a version replaces the one before it.</summary>
    public bool TellsChanges { get; set; }

    /// <summary>Nothing more may be sent on this channel in this session.</summary>
    public bool IsClosed => _closed;

    public void Close() => _closed = true;

    /// <summary>Sequence of the last message the receiver had at its Welcome.</summary>
    public long LastAtPeer => _lastAtPeer;

    /// <summary>Goes on behind what the receiver has: its answers are on their way on the session before this one.</summary>
    public void GoOnBehindPeer() => _lastSent = Math.Max(_lastSent, _lastAtPeer);

    /// <summary>True for a sequence this session may have sent.</summary>
    public bool MayHaveSent(ulong sequence) => sequence <= (ulong)Volatile.Read(ref _lastSent);

    /// <summary>
    /// Takes the receiver's state. It may be behind us by what is in flight, never behind what it gave receipts for, and never ahead of what
    /// we sealed; and where it is, it holds our message.
    /// </summary>
    /// <returns>False when the two states contradict each other: one of the two stores was set back. The channel is then closed.</returns>
    public async Task<bool> AcceptAsync(ChannelState state, CancellationToken cancellationToken)
    {
        Epoch = state.Epoch;
        if (state.Refusal != RefusalCode.Unspecified)
        {
            Close();
            return true;
        }

        // Read now and not before Hello: a session that hands over to this one was still sealing and sending.
        var known = await services.Store.GetChannelAsync(channel, cancellationToken);
        var agrees = state.LastSequence >= (ulong)known.LastReceipted
            && state.LastSequence <= (ulong)known.LastSequence
            && await HoldsOurMessageAsync(state, known, cancellationToken);
        if (!agrees)
        {
            Close();
            return false;
        }

        _lastAtPeer = (long)state.LastSequence;
        Volatile.Write(ref _lastSent, known.LastReceipted);
        return true;
    }

    /// <summary>Takes over what was sealed up to now, by whichever session; from here on this one alone seals.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken) =>
        _lastSealed = (await services.Store.GetChannelAsync(channel, cancellationToken)).LastSequence;

    /// <summary>The next message to send, or null when there is none.</summary>
    /// <param name="peer">Its recipient.</param>
    /// <param name="messagesMax">How many messages may be sealed at once, 1 or more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<SealedBatch?> NextAsync(Peer peer, int messagesMax, CancellationToken cancellationToken)
    {
        if (_built.TryPeek(out var built) && built.Sequence == _lastSent + 1)
        {
            return built;
        }

        _built.Clear();
        while (_lastSent < _lastSealed)
        {
            var message = await services.Store.FindMessageAsync(channel, _lastSent + 1, cancellationToken);
            if (message is { Envelope.IsEmpty: false })
            {
                return message;
            }

            // Only the envelope of a receipted message is ever destroyed, and that one the peer has.
            if (_lastSent + 1 > _lastAtPeer)
            {
                throw new InvalidDataException("A sealed message that has no receipt is not in the store.");
            }

            Sent(_lastSent + 1);
        }

        foreach (var message in await services.Batches.BuildNextAsync(channel, agreement, peer, messagesMax, TellsChanges, cancellationToken))
        {
            _built.Enqueue(message);
            _lastSealed = message.Sequence;
        }

        return _built.TryPeek(out var first) ? first : null;
    }

    public void Sent(long sequence)
    {
        if (_built.TryPeek(out var built) && built.Sequence == sequence)
        {
            _built.Dequeue();
        }

        Volatile.Write(ref _lastSent, sequence);
        _lastSealed = Math.Max(_lastSealed, sequence);
    }

    private async Task<bool> HoldsOurMessageAsync(ChannelState state, OutboundChannel known, CancellationToken cancellationToken)
    {
        if (state.LastSequence == 0)
        {
            return state.LastMessageHash.IsEmpty;
        }

        var ours = (long)state.LastSequence == known.LastSequence
            ? known.LastMessageHash
            : (await services.Store.FindMessageAsync(channel, (long)state.LastSequence, cancellationToken))?.MessageHash ?? default;
        return ours.Span.SequenceEqual(state.LastMessageHash.Span);
    }
}
