using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Outbox;
using Gateway.Exchange.Peers;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Ledgers;

/// <summary>
/// The sender's statements in one session: its ledger, channel by channel, and the ends of channels. A ledger that differs is asked about again,
/// between the last equal and the first other position, until the first differing one is certain.
/// </summary>
internal sealed class StatementQuestions(Peer peer, IExchangeStore store, StatementSealing statements, TimeProvider time, ILogger log)
{
    private readonly ChannelLedger _sent = new(store, LedgerSide.Sent);
    private readonly LedgerAlarm _alarm = new(store, statements.Provider, time, log);
    private readonly Lock _changing = new();
    private readonly Dictionary<ChannelKey, IReadOnlyList<LedgerPoint>> _asked = [];
    private readonly Dictionary<ChannelKey, OutboundChannel> _ending = [];

    /// <summary>Ends that were stated and not answered.</summary>
    public int EndsOpen
    {
        get
        {
            lock (_changing)
            {
                return _ending.Count;
            }
        }
    }

    /// <summary>Our ledger of a channel up to its last receipt, or null when there is nothing to state.</summary>
    public async Task<SenderFrame?> AskLedgerAsync(ChannelKey channel, CancellationToken cancellationToken)
    {
        var state = await store.GetChannelAsync(channel, cancellationToken);
        return state.LastReceipted == 0 ? null : await AskLedgerAsync(channel, [state.LastReceipted], cancellationToken);
    }

    /// <summary>Our last word on a channel.</summary>
    public SenderFrame StateEnd(ChannelKey channel, OutboundChannel state)
    {
        lock (_changing)
        {
            _ending[channel] = state;
        }

        return Frame(channel, statements.Make(channel, peer, made => made.End = new ChannelEnd
        {
            LastSequence = (ulong)state.LastSequence,
            LastMessageHash = ByteString.CopyFrom(state.LastMessageHash.Span),
        }));
    }

    /// <summary>Takes an answer.</summary>
    /// <returns>Whether it holds, and the next question when there is one.</returns>
    public async Task<(bool Holds, SenderFrame? Next)> TakeAsync(SealedStatement frame, CancellationToken cancellationToken)
    {
        if (statements.Open(frame.Sealed.Memory, peer) is not { } statement)
        {
            return Reject("NotVerified");
        }

        switch (statement.Content.StatementCase)
        {
            case ChannelStatement.StatementOneofCase.Ledger:
                return (true, await TakeLedgerAsync(statement, cancellationToken));
            case ChannelStatement.StatementOneofCase.End:
                await TakeEndAsync(statement, cancellationToken);
                return (true, null);
            default:
                return Reject("Malformed");
        }
    }

    /// <summary>Keeps a peer's signed word that a message of ours contradicts one it kept.</summary>
    public async Task KeepContradictionAsync(ReadOnlyMemory<byte> sealedStatement, SealedBatch message, CancellationToken cancellationToken)
    {
        var holds = statements.Open(sealedStatement, peer) is { Content.Contradiction: { } said } statement
            && statement.Channel == message.Channel
            && said.Sequence == (ulong)message.Sequence
            && said.RefusedMessageHash.Span.SequenceEqual(message.MessageHash.Span)
                ? statement
                : null;
        if (holds is null)
        {
            Reject("NoProofOfContradiction");
            return;
        }

        log.ContradictionSigned(message.Channel.Sender, message.Channel.Recipient, message.Channel.AgreementId, message.Sequence);
        await _alarm.KeepAsync(holds, StatementKind.Contradiction, peer.Uri.Provider, message.Sequence, EventNames.MessageContradiction, cancellationToken);
    }

    private async Task<SenderFrame?> AskLedgerAsync(ChannelKey channel, IReadOnlyList<long> positions, CancellationToken cancellationToken)
    {
        var ours = await _sent.ReadAsync(channel, positions, cancellationToken);
        lock (_changing)
        {
            if (_asked.ContainsKey(channel))
            {
                log.LedgerUnanswered(peer.Uri, channel.AgreementId);
            }

            _asked[channel] = ours;
        }

        return Frame(channel, statements.Make(channel, peer, made => made.Ledger = LedgerMarks.Write(ours)));
    }

    private async Task<SenderFrame?> TakeLedgerAsync(OpenedStatement statement, CancellationToken cancellationToken)
    {
        var theirs = LedgerMarks.Read(statement.Content.Ledger);
        var asked = theirs.Select(point => point.Position).ToArray();

        // An answer to a question before this one, or told twice: harmless.
        if (Take(_asked, statement.Channel, open => open.Select(point => point.Position).SequenceEqual(asked)) is not { } ours)
        {
            return null;
        }

        var comparison = LedgerComparison.Of(ours, theirs);
        await _alarm.ConcludeAsync(statement, peer.Uri.Provider, comparison, cancellationToken);
        return comparison.FirstOther is null || comparison.Difference is not null
            ? null
            : await AskLedgerAsync(statement.Channel, comparison.Narrower(), cancellationToken);
    }

    private async Task TakeEndAsync(OpenedStatement statement, CancellationToken cancellationToken)
    {
        if (Take(_ending, statement.Channel, _ => true) is not { } state)
        {
            return;
        }

        var (channel, end) = (statement.Channel, statement.Content.End);
        var isWhole = end.LastSequence == (ulong)state.LastSequence && end.LastMessageHash.Span.SequenceEqual(state.LastMessageHash.Span);
        if (isWhole)
        {
            log.ChannelEnded(channel.Sender, channel.Recipient, channel.AgreementId, state.LastSequence);
        }
        else
        {
            log.ChannelTruncated(channel.Sender, channel.Recipient, channel.AgreementId, state.LastSequence, (long)Math.Min(end.LastSequence, long.MaxValue));
        }

        // Under the sequence it answers: the same end is not stated again, whole or not.
        var name = isWhole ? EventNames.ChannelEnd : EventNames.ChannelTruncation;
        await _alarm.KeepAsync(statement, StatementKind.ChannelEnd, peer.Uri.Provider, state.LastSequence, name, cancellationToken);
    }

    private T? Take<T>(Dictionary<ChannelKey, T> open, ChannelKey channel, Func<T, bool> isAnswered)
        where T : class
    {
        lock (_changing)
        {
            return open.TryGetValue(channel, out var found) && isAnswered(found) && open.Remove(channel) ? found : null;
        }
    }

    private static SenderFrame Frame(ChannelKey channel, MadeStatement made) =>
        new() { Statement = new SealedStatement { AgreementId = channel.AgreementId, Sealed = UnsafeByteOperations.UnsafeWrap(made.Sealed) } };

    private (bool Holds, SenderFrame? Next) Reject(string reason)
    {
        log.StatementRejected(peer.Uri, reason);
        return (false, null);
    }
}
