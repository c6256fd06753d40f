using System.Collections.Concurrent;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Ledgers;
using Gateway.Exchange.Peers;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Delivery;

/// <summary>
/// One session as its sender: messages out, receipts in.
///
///   writer:  statements, then resend what has no receipt, then seal what waits, as far as the credit reaches; else wait; else a heartbeat
///   reader:  a receipt is checked, kept and gives its credit back; a refusal ends the session or closes the channel
///
/// The two never wait for each other: a peer that stops reading must not keep us from hearing that it is gone. A session that finishes says
/// so, sends nothing new, waits for its answers, ends its half and waits for the peer to end the other. One that hands over opens its
/// successor while it still sends; from the Welcome there it only waits for its answers.
/// </summary>
internal sealed class OutboundSession : IDisposable
{
    private const int NotEnded = -1;

    private readonly Peer _peer;
    private readonly IPeerSession _session;
    private readonly IReadOnlyList<OutboundChannelCursor> _channels;
    private readonly int _credit;
    private readonly Func<bool> _offerStands;
    private readonly SessionHandOver _handOver;
    private readonly ReconcileSchedule _schedule;
    private readonly StatementQuestions _questions;
    private readonly SessionServices _services;
    private readonly ILogger _log;
    private readonly DeliveryOptions _options;
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly Wake _wake;
    private readonly InFlightMessages _inFlight;
    private readonly CancellationTokenSource _ended = new();
    private readonly ConcurrentQueue<SenderFrame> _statements = new();
    private readonly Lock _disposing = new();
    private bool _disposed;
    private int _end = NotEnded;
    private long _finishingSince;
    private long _lastWritten;
    private ulong _heartbeats;
    private bool _announced;
    private volatile bool _finishing;
    private volatile bool _queued;

    public OutboundSession(
        Peer peer, OpenedSession opened, Func<bool> offerStands, SessionHandOver handOver, ReconcileSchedule schedule, SessionServices services, ILogger log)
    {
        _peer = peer;
        _session = opened.Session;
        _channels = opened.Channels;
        _credit = opened.Credit;
        _offerStands = offerStands;
        _handOver = handOver;
        _schedule = schedule;
        _services = services;
        _log = log;
        _options = services.Options;
        _time = services.Time;
        _began = _lastWritten = _time.GetTimestamp();
        _wake = new Wake(_time);
        _inFlight = new InFlightMessages(_time);
        _questions = new StatementQuestions(peer, services.Store, services.Statements, _time, log);
        foreach (var ending in opened.Ending)
        {
            _statements.Enqueue(_questions.StateEnd(ending.Channel, ending.State));
        }
    }

    /// <summary>True once a receipt was kept: trying again at once after a break is worth it.</summary>
    public bool MadeProgress { get; private set; }

    /// <summary>Code of the last refusal that closed a channel, or empty.</summary>
    public string LastRefusal { get; private set; } = "";

    /// <summary>True when the session ended and answers it waited for never came.</summary>
    public bool IsOwedAnswers => _inFlight.Count > 0;

    /// <summary>Runs until the session ends. Cancelling <paramref name="stopping"/> finishes it first.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be sealed or marked at the moment.</exception>
    public async Task<SessionEnd> RunAsync(CancellationToken stopping)
    {
        using var listening = _services.Signal.Listen(_peer.Uri.Provider, Queued);
        await using var whenStopping = stopping.UnsafeRegister(_ => Finish(SessionEnd.Stopped), null);
        _handOver.WhenOpened(_wake.Up);
        try
        {
            var reading = UntilEndedAsync(ReadAllAsync);
            var writing = UntilEndedAsync(() => WriteAllAsync(reading));
            await Task.WhenAll(reading, writing);
            return (SessionEnd)_end;
        }
        finally
        {
            // A session that broke while its successor was opened hands over all the same: what has no receipt is sent again there.
            await _handOver.CompleteAsync();
        }
    }

    /// <summary>Looks again whether what was offered at Hello still stands.</summary>
    public void Recheck() => _wake.Up();

    /// <summary>Breaks the session: what has no receipt is sent again on the next.</summary>
    public void Break()
    {
        // The session before this one finds it at any moment, also in its last.
        lock (_disposing)
        {
            if (!_disposed)
            {
                End(SessionEnd.Broken);
            }
        }
    }

    public void Dispose()
    {
        lock (_disposing)
        {
            _disposed = true;
            _ended.Dispose();
        }
    }

    // The peer asks for it.
    private void HandOver()
    {
        if (!_finishing)
        {
            _handOver.Begin();
        }
    }

    private void Queued()
    {
        _queued = true;
        _wake.Up();
    }

    // The first reason is the reason; what breaks afterwards broke because of it.
    private void SetEnd(SessionEnd end) => Interlocked.CompareExchange(ref _end, (int)end, NotEnded);

    private void Finish(SessionEnd end)
    {
        SetEnd(end);
        if (!_finishing)
        {
            _finishingSince = _time.GetTimestamp();
            _finishing = true;
            _wake.Up();
        }
    }

    private void End(SessionEnd end)
    {
        SetEnd(end);
        _ended.Cancel();
    }

    private async Task UntilEndedAsync(Func<Task> run)
    {
        try
        {
            await run();
        }
        catch (PeerUnreachableException) when (_end == (int)SessionEnd.HandedOver)
        {
            // The receiver ended it as soon as its successor was there: nothing was left to be said.
        }
        catch (PeerUnreachableException broken)
        {
            _log.SessionBroke(_peer.Uri, broken.Message);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The other half ended the session.
        }
        finally
        {
            End(SessionEnd.Broken);
        }
    }

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

    private async Task WriteAllAsync(Task reading)
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
        await Task.WhenAny(reading, Task.Delay(Max(TimeToFinish(), TimeSpan.FromSeconds(1)), _time, _ended.Token));
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
        if (await cursor.NextAsync(_peer, _ended.Token) is not { } message)
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
        if (_queued && _options.Linger > TimeSpan.Zero)
        {
            // Others are about to queue too: one message for all of them costs as much as one for the first.
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
