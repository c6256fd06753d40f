using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Peers;
using Google.Protobuf;

namespace Gateway.Exchange.Delivery;

/// <content>The writer: what goes to the peer, in turn, as far as the credit reaches.</content>
internal sealed partial class OutboundSession
{
    private async Task WriteAllAsync()
    {
        foreach (var cursor in _channels)
        {
            await cursor.RefreshAsync(_ended.Token);
        }

        while (!HasFinished())
        {
            try
            {
                if (!await SendNextAsync())
                {
                    await WaitAsync();
                }
            }
            catch (PeerUnreachableException) when (_handOver.HasBegun && !_finishing)
            {
                if (await _handOver.OpenedAsync() is not { } next)
                {
                    throw;
                }

                GoOnAt(next);
            }
        }

        await _session.CompleteAsync();

        // The reader ends the session when the peer has said its last.
        await Task.Delay(Max(TimeToFinish(), TimeSpan.FromSeconds(1)), _time, _ended.Token);
    }

    private bool HasFinished() => _finishing && (_inFlight.Count == 0 || TimeToFinish() <= TimeSpan.Zero);

    private TimeSpan TimeToFinish() => _options.DrainTimeout - _time.GetElapsedTime(_finishingSince);

    private async Task<bool> SendNextAsync()
    {
        if (!_finishing)
        {
            FinishWhenDue();
        }

        if (_finishing)
        {
            await AnnounceAsync();
            return false;
        }

        var sent = await SendStatementsAsync();
        foreach (var cursor in _channels)
        {
            sent |= !cursor.IsClosed && _inFlight.Count < _credit && await SendNextAsync(cursor);
        }

        return sent;
    }

    private void FinishWhenDue()
    {
        // 1 the next session is there: this one says nothing more
        if (_handOver.Opened is { } next)
        {
            GoOnAt(next);
        }

        // 2 nothing is left to be said here
        else if (_channels.All(cursor => cursor.IsClosed) && _questions.EndsOpen == 0)
        {
            Finish(_channels.Count == 0 ? SessionEnd.Drained : SessionEnd.Blocked);
        }
        else if (_handOver.HasFailed)
        {
            Finish(SessionEnd.Drained);
        }
        else if (_inFlight.OldestAge > _options.AnswerTimeout)
        {
            _log.AnswerOverdue(_peer.Uri, _inFlight.OldestAge);
            End(SessionEnd.Broken);
            _ended.Token.ThrowIfCancellationRequested();
        }

        // 3 a new one is wanted
        else if (!_handOver.HasBegun && !_offerStands())
        {
            _log.AgreementsChanged(_peer.Uri);
            _handOver.Begin();
        }
        else if (!_handOver.HasBegun && (_handOver.IsWanted || _time.GetElapsedTime(_began) > _options.SessionAgeMax))
        {
            _handOver.Begin();
        }
    }

    // What the receiver has gets its answer here; what it has not is sent again there, and its answer is not waited for twice.
    private void GoOnAt(OpenedSession next)
    {
        foreach (var cursor in _channels)
        {
            var successor = next.Channels.FirstOrDefault(other => other.Channel == cursor.Channel);
            if (successor is { IsClosed: false })
            {
                successor.GoOnBehindPeer();
                _inFlight.ForgetAbove(cursor.Channel.AgreementId, successor.LastAtPeer);
            }
        }

        _announced = true;
        Finish(SessionEnd.HandedOver);
        _handOver.Go(_time.GetElapsedTime(_lastWritten));
    }

    private async Task<bool> SendStatementsAsync()
    {
        foreach (var cursor in _channels.Where(cursor => !cursor.IsClosed && _schedule.TryBegin(cursor.Channel)))
        {
            _ = AskLedgerAsync(cursor.Channel);
        }

        var sent = false;
        while (_statements.TryDequeue(out var statement))
        {
            await WriteAsync(statement);
            sent = true;
        }

        return sent;
    }

    // Beside the writer: reading a long ledger must not hold up messages.
    private async Task AskLedgerAsync(ChannelKey channel)
    {
        try
        {
            if (await _questions.AskLedgerAsync(channel, _ended.Token) is { } question)
            {
                _statements.Enqueue(question);
                _wake.Up();
            }
        }
        catch (Exception delayed) when (delayed is StoreUnavailableException or OperationCanceledException or ObjectDisposedException)
        {
            // The session ends, or the store is not there: the next comparison comes at its time.
        }
    }

    private async Task<bool> SendNextAsync(OutboundChannelCursor cursor)
    {
        if (await cursor.NextAsync(_peer, _credit - _inFlight.Count, _ended.Token) is not { } message)
        {
            return false;
        }

        _inFlight.Add(message);
        cursor.Sent(message.Sequence);
        await WriteAsync(new SenderFrame
        {
            Message = new SealedMessage
            {
                AgreementId = cursor.Channel.AgreementId,
                Epoch = cursor.Epoch,
                Sequence = (ulong)message.Sequence,
                Sealed = UnsafeByteOperations.UnsafeWrap(message.Envelope),
            },
        });
        ExchangeMetrics.Sent();
        return true;
    }

    private async Task AnnounceAsync()
    {
        if (!_announced)
        {
            _announced = true;
            await WriteAsync(new SenderFrame { Drain = new Drain { DeadlineS = (uint)_options.DrainTimeout.TotalSeconds } });
        }
    }

    private async Task WaitAsync()
    {
        var wait = _options.HeartbeatInterval - _time.GetElapsedTime(_lastWritten);
        if (wait <= TimeSpan.Zero)
        {
            await WriteAsync(new SenderFrame { Heartbeat = new Heartbeat { Number = ++_heartbeats } });
            return;
        }

        if (_finishing)
        {
            wait = Min(wait, Max(TimeToFinish(), TimeSpan.Zero));
        }

        await _wake.SleepAsync(wait, _ended.Token);
        if (_queued && _options.Linger > TimeSpan.Zero && _inFlight.Count > 0)
        {
            // Others are about to queue too: one message for all of them costs as much as one for the first. On an idle link the first does not
            // wait: the others do, while it is under way.
            await Task.Delay(_options.Linger, _time, _ended.Token);
        }

        _queued = false;
    }

    private async Task WriteAsync(SenderFrame frame)
    {
        using var stall = new CancellationTokenSource(_options.WriteTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, _ended.Token);
        try
        {
            await _session.WriteAsync(frame, either.Token);
            _lastWritten = _time.GetTimestamp();
        }
        catch (OperationCanceledException) when (stall.IsCancellationRequested && !_ended.IsCancellationRequested)
        {
            throw new PeerUnreachableException("The peer did not read for too long.");
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
