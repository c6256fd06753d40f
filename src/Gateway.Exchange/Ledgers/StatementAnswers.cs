using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Peers;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Ledgers;

/// <summary>The receiver's answers to a sender's statements, and its signed word on a contradiction.</summary>
internal sealed class StatementAnswers(IExchangeStore store, AgreementBook agreements, StatementSealing statements, TimeProvider time, ILogger log)
{
    private const int DigestBytes = 32;

    private readonly ChannelLedger _received = new(store, LedgerSide.Received);
    private readonly LedgerAlarm _alarm = new(store, statements.Provider, time, log);

    /// <summary>The answer to a statement, or null when the statement does not hold and its sender is not to be believed.</summary>
    public async Task<ReceiverFrame?> AnswerAsync(SealedStatement frame, Peer peer, CancellationToken cancellationToken)
    {
        // 1 envelope, signature, issuer; and the peer speaks of a channel on which it is the sender
        if (statements.Open(frame.Sealed.Memory, peer) is not { } statement || statement.Channel.Sender != peer.Uri.Provider)
        {
            return Reject(peer, "NotVerified");
        }

        // 2 a channel there is: statements about others would fill the store with names of the peer's choice
        var state = await store.FindInboundAsync(statement.Channel, cancellationToken);
        var isAgreed = agreements.All.Any(signed =>
            signed.Agreement.Id == statement.Channel.AgreementId && signed.Agreement.CounterpartyOf(agreements.Provider)?.Provider == peer.Uri.Provider);
        if (state is null && !isAgreed)
        {
            return Reject(peer, "NoSuchChannel");
        }

        // 3 what it says
        switch (statement.Content.StatementCase)
        {
            case ChannelStatement.StatementOneofCase.Ledger when IsSound(statement.Content.Ledger):
                return await AnswerLedgerAsync(statement, peer, cancellationToken);
            case ChannelStatement.StatementOneofCase.End when statement.Content.End.LastSequence <= long.MaxValue:
                return await AnswerEndAsync(statement, state?.LastSequence ?? 0, state?.LastMessageHash ?? default, peer, cancellationToken);
            default:
                return Reject(peer, "Malformed");
        }
    }

    /// <summary>Signs that a peer sent two messages in one place, keeps that, and returns it sealed to the peer.</summary>
    public async Task<byte[]> ContradictAsync(
        ChannelKey channel, long sequence, ReadOnlyMemory<byte> kept, ReadOnlyMemory<byte> refused, Peer peer, CancellationToken cancellationToken)
    {
        var made = statements.Make(channel, peer, statement => statement.Contradiction = new Contradiction
        {
            Sequence = (ulong)sequence,
            KeptMessageHash = ByteString.CopyFrom(kept.Span),
            RefusedMessageHash = ByteString.CopyFrom(refused.Span),
        });
        log.ContradictionSigned(channel.Sender, channel.Recipient, channel.AgreementId, sequence);
        await _alarm.KeepOwnAsync(channel, made, StatementKind.Contradiction, sequence, EventNames.MessageContradiction, cancellationToken);
        return made.Sealed;
    }

    private static bool IsSound(LedgerState ledger) =>
        ledger.Marks.Count is >= 1 and <= LedgerComparison.PointsMax
        && ledger.Marks.All(mark => mark.Position is >= 1 and <= long.MaxValue && mark.Digest.Length is 0 or DigestBytes)
        && ledger.Marks.Zip(ledger.Marks.Skip(1)).All(pair => pair.First.Position < pair.Second.Position);

    private async Task<ReceiverFrame> AnswerLedgerAsync(OpenedStatement statement, Peer peer, CancellationToken cancellationToken)
    {
        var theirs = LedgerMarks.Read(statement.Content.Ledger);
        var ours = await _received.ReadAsync(statement.Channel, [.. theirs.Select(point => point.Position)], cancellationToken);
        await _alarm.ConcludeAsync(statement, peer.Uri.Provider, LedgerComparison.Of(ours, theirs), cancellationToken);
        return Answer(statement.Channel, statements.Make(statement.Channel, peer, made => made.Ledger = LedgerMarks.Write(ours)));
    }

    private async Task<ReceiverFrame> AnswerEndAsync(
        OpenedStatement statement, long lastSequence, ReadOnlyMemory<byte> lastHash, Peer peer, CancellationToken cancellationToken)
    {
        var (channel, end) = (statement.Channel, statement.Content.End);
        var isWhole = (long)end.LastSequence == lastSequence && end.LastMessageHash.Span.SequenceEqual(lastHash.Span);
        if (isWhole)
        {
            log.ChannelEnded(channel.Sender, channel.Recipient, channel.AgreementId, lastSequence);
        }
        else
        {
            log.ChannelTruncated(channel.Sender, channel.Recipient, channel.AgreementId, (long)end.LastSequence, lastSequence);
        }

        var name = isWhole ? EventNames.ChannelEnd : EventNames.ChannelTruncation;
        await _alarm.KeepAsync(statement, StatementKind.ChannelEnd, peer.Uri.Provider, (long)end.LastSequence, name, cancellationToken);
        return Answer(channel, statements.Make(channel, peer, made => made.End = new ChannelEnd
        {
            LastSequence = (ulong)lastSequence,
            LastMessageHash = ByteString.CopyFrom(lastHash.Span),
        }));
    }

    private static ReceiverFrame Answer(ChannelKey channel, MadeStatement made) =>
        new() { Statement = new SealedStatement { AgreementId = channel.AgreementId, Sealed = UnsafeByteOperations.UnsafeWrap(made.Sealed) } };

    private ReceiverFrame? Reject(Peer peer, string reason)
    {
        log.StatementRejected(peer.Uri, reason);
        return null;
    }
}
