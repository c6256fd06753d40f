using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Outbox;

namespace Gateway.Exchange.Delivery;

/// <summary>Where one session stands on one of its channels.</summary>
internal sealed class OutboundChannelCursor(ChannelKey channel, SignedAgreement agreement, OutboundChannel known)
{
    public ChannelKey Channel => channel;

    public SignedAgreement Agreement => agreement;

    /// <summary>Epoch the receiver gave this session.</summary>
    public long Epoch { get; private set; }

    /// <summary>Sequence of the last message that was sent on this session, or that has its receipt.</summary>
    public long LastSent { get; private set; } = known.LastReceipted;

    /// <summary>Nothing more may be sent on this channel in this session.</summary>
    public bool IsClosed { get; private set; }

    public void Close() => IsClosed = true;

    public void Sent(long sequence) => LastSent = sequence;

    /// <summary>
    /// Takes the receiver's state. It may be behind us by what is in flight, never behind what it gave receipts for, and never ahead of what
    /// we sent: either means that one of the two stores was set back.
    /// </summary>
    /// <returns>False when the two states contradict each other.</returns>
    public bool Accept(ChannelState state)
    {
        Epoch = (long)state.Epoch;
        if (state.Refusal != RefusalCode.Unspecified)
        {
            IsClosed = true;
            return true;
        }

        var last = (long)state.LastSequence;
        var sameEnd = last != known.LastSequence || state.LastMessageHash.Span.SequenceEqual(known.LastMessageHash.Span);
        return last >= known.LastReceipted && last <= known.LastSequence && sameEnd;
    }
}
