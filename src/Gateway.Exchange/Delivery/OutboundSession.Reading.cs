using Gateway.Contracts.Exchange.V1;

namespace Gateway.Exchange.Delivery;

/// <content>The reader: what the peer says, until the session ends.</content>
internal sealed partial class OutboundSession
{
    private async Task ReadAllAsync()
    {
        while (await ReadNextAsync() is { } frame)
        {
            switch (frame.FrameCase)
            {
                case ReceiverFrame.FrameOneofCase.Receipt:
                    await TakeReceiptAsync(frame.Receipt);
                    break;
                case ReceiverFrame.FrameOneofCase.Refused:
                    await TakeRefusalAsync(frame.Refused);
                    break;
                case ReceiverFrame.FrameOneofCase.Statement:
                    await TakeStatementAsync(frame.Statement);
                    break;
                case ReceiverFrame.FrameOneofCase.Drain:
                    HandOver();
                    break;
                case ReceiverFrame.FrameOneofCase.Heartbeat:
                    break;
                default:
                    End(SessionEnd.Untrustworthy);
                    break;
            }
        }

        // The receiver may end this session before our writer has seen that its successor is there.
        if (_handOver.HasBegun && await _handOver.OpenedAsync() is not null)
        {
            await _handOver.Successor.WaitAsync(_ended.Token);
        }
    }

    private async Task<ReceiverFrame?> ReadNextAsync()
    {
        using var silence = new CancellationTokenSource(_options.SilenceMax, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, _ended.Token);
        try
        {
            return await _session.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !_ended.IsCancellationRequested)
        {
            _log.PeerSilent(_peer.Uri);
            End(SessionEnd.Silent);
            throw;
        }
    }

    private async Task TakeReceiptAsync(SealedReceipt receipt)
    {
        if (_inFlight.Take(receipt.AgreementId, receipt.Sequence) is not { } message)
        {
            AnswerNobodyWaitsFor(receipt.AgreementId, receipt.Sequence);
        }
        else if (await _services.Receipts.KeepAsync(_peer, message, receipt.Sealed.Memory, _ended.Token))
        {
            MadeProgress = true;
            _wake.Up();
        }
        else
        {
            End(SessionEnd.Untrustworthy);
        }
    }

    private async Task TakeRefusalAsync(MessageRefused refused)
    {
        if (_inFlight.Take(refused.AgreementId, refused.Sequence) is not { } message)
        {
            AnswerNobodyWaitsFor(refused.AgreementId, refused.Sequence);
            return;
        }

        var cursor = _channels.First(cursor => cursor.Channel == message.Channel);
        if (refused.Code == RefusalCode.Fenced && _handOver.HasBegun)
        {
            // Our next session took over before it was taken. It stays in flight: what the receiver did not have is sent again there, but a
            // repeat of what it has is not, and somebody has to know that its receipt is owed.
            _inFlight.Add(message);
            return;
        }

        if (cursor.IsClosed)
        {
            // It was on its way when the one before it was refused: its answer says nothing new.
            _wake.Up();
            return;
        }

        _log.MessageRefused(_peer.Uri, message.Channel.AgreementId, message.Sequence, refused.Code);
        ExchangeMetrics.Refused(refused.Code);
        switch (refused.Code)
        {
            case RefusalCode.Unavailable:
                End(SessionEnd.Unavailable);
                break;
            case RefusalCode.Fenced or RefusalCode.OutOfSequence:
                End(SessionEnd.Broken);
                break;
            default:
                // Sending it again would not change the answer: the channel waits for somebody to put things right.
                await _services.Receipts.KeepRefusalAsync(message, refused.Code, _ended.Token);
                await KeepContradictionAsync(refused, message);
                _log.ChannelBlocked(_peer.Uri, message.Channel.AgreementId, message.Sequence);
                LastRefusal = refused.Code.ToString();
                cursor.Close();
                _wake.Up();
                break;
        }
    }

    private async Task KeepContradictionAsync(MessageRefused refused, Outbox.SealedBatch message)
    {
        if (refused.Code == RefusalCode.Equivocation)
        {
            await _questions.KeepContradictionAsync(refused.Statement.Memory, message, _ended.Token);
        }
    }

    private async Task TakeStatementAsync(SealedStatement statement)
    {
        var (holds, next) = await _questions.TakeAsync(statement, _ended.Token);
        if (!holds)
        {
            End(SessionEnd.Untrustworthy);
        }
        else if (next is not null)
        {
            _statements.Enqueue(next);
        }

        _wake.Up();
    }

    // Told twice is harmless; an answer to what was never sent is not.
    private void AnswerNobodyWaitsFor(string agreementId, ulong sequence)
    {
        var cursor = _channels.FirstOrDefault(cursor => cursor.Channel.AgreementId == agreementId);
        if (cursor?.MayHaveSent(sequence) != true)
        {
            _log.AnswerToNothing(_peer.Uri);
            End(SessionEnd.Untrustworthy);
        }
    }
}
