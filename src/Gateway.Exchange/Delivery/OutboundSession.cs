using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Peers;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Delivery;

/// <summary>
/// One session as its sender: messages out, receipts in.
///
///   writer:  resend what has no receipt, then seal what waits, as far as the credit reaches; else wait; else a heartbeat
///   reader:  a receipt is checked, kept and gives its credit back; a refusal ends the session or closes the channel
///
/// The two never wait for each other: a peer that stops reading must not keep us from hearing that it is gone. A session that finishes says
/// so, sends nothing new, waits for its answers, ends its half and waits for the peer to end the other.
/// </summary>
internal sealed class OutboundSession(
    Peer peer, IPeerSession session, IReadOnlyList<OutboundChannelCursor> channels, int credit, Func<bool> offerStands, SessionServices services, ILogger log)
    : IDisposable
{
    private const int NotEnded = -1;

    private readonly DeliveryOptions _options = services.Options;
    private readonly TimeProvider _time = services.Time;
    private readonly long _began = services.Time.GetTimestamp();
    private readonly Wake _wake = new(services.Time);
    private readonly InFlightMessages _inFlight = new();
    private readonly CancellationTokenSource _ended = new();
    private int _end = NotEnded;
    private long _finishingSince;
    private long _lastWritten = services.Time.GetTimestamp();
    private ulong _heartbeats;
    private bool _announced;
    private volatile bool _finishing;
    private volatile bool _queued;

    /// <summary>True once a receipt was kept: trying again at once after a break is worth it.</summary>
    public bool MadeProgress { get; private set; }

    /// <summary>Code of the last refusal that closed a channel, or empty.</summary>
    public string LastRefusal { get; private set; } = "";

    /// <summary>Runs until the session ends. Cancelling <paramref name="stopping"/> finishes it first.</summary>
    /// <exception cref="StoreUnavailableException">Nothing can be sealed or marked at the moment.</exception>
    public async Task<SessionEnd> RunAsync(CancellationToken stopping)
    {
        using var listening = services.Signal.Listen(peer.Uri.Provider, Queued);
        await using var whenStopping = stopping.UnsafeRegister(_ => Finish(SessionEnd.Stopped), null);
        var reading = UntilEndedAsync(ReadAllAsync);
        var writing = UntilEndedAsync(() => WriteAllAsync(reading));
        await Task.WhenAll(reading, writing);
        return (SessionEnd)_end;
    }

    /// <summary>Looks again whether what was offered at Hello still stands.</summary>
    public void Recheck() => _wake.Up();

    public void Dispose() => _ended.Dispose();

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
        catch (PeerUnreachableException broken)
        {
            log.SessionBroke(peer.Uri, broken.Message);
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
                case ReceiverFrame.FrameOneofCase.Drain:
                    Finish(SessionEnd.Drained);
                    break;
                case ReceiverFrame.FrameOneofCase.Heartbeat:
                    break;
                default:
                    End(SessionEnd.Untrustworthy);
                    break;
            }
        }
    }

    private async Task<ReceiverFrame?> ReadNextAsync()
    {
        using var silence = new CancellationTokenSource(_options.SilenceMax, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, _ended.Token);
        try
        {
            return await session.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !_ended.IsCancellationRequested)
        {
            log.PeerSilent(peer.Uri);
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
        else if (await services.Receipts.KeepAsync(peer, message, receipt.Sealed.Memory, _ended.Token))
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

        var cursor = channels.First(cursor => cursor.Channel == message.Channel);
        if (cursor.IsClosed)
        {
            // It was on its way when the one before it was refused: its answer says nothing new.
            _wake.Up();
            return;
        }

        log.MessageRefused(peer.Uri, message.Channel.AgreementId, message.Sequence, refused.Code);
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
                await services.Receipts.KeepRefusalAsync(message, refused.Code, _ended.Token);
                log.ChannelBlocked(peer.Uri, message.Channel.AgreementId, message.Sequence);
                LastRefusal = refused.Code.ToString();
                cursor.Close();
                _wake.Up();
                break;
        }
    }

    // Told twice is harmless; an answer to what was never sent is not.
    private void AnswerNobodyWaitsFor(string agreementId, ulong sequence)
    {
        var cursor = channels.FirstOrDefault(cursor => cursor.Channel.AgreementId == agreementId);
        if (cursor?.MayHaveSent(sequence) != true)
        {
            log.AnswerToNothing(peer.Uri);
            End(SessionEnd.Untrustworthy);
        }
    }

    private async Task WriteAllAsync(Task reading)
    {
        while (!HasFinished())
        {
            if (!await SendNextAsync())
            {
                await WaitAsync();
            }
        }

        await session.CompleteAsync();
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

        var sent = false;
        foreach (var cursor in channels)
        {
            sent |= !cursor.IsClosed && _inFlight.Count < credit && await SendNextAsync(cursor);
        }

        return sent;
    }

    private void FinishWhenDue()
    {
        if (channels.All(cursor => cursor.IsClosed))
        {
            Finish(SessionEnd.Blocked);
        }
        else if (!offerStands())
        {
            log.AgreementsChanged(peer.Uri);
            Finish(SessionEnd.Drained);
        }
        else if (_time.GetElapsedTime(_began) > _options.SessionAgeMax)
        {
            Finish(SessionEnd.Drained);
        }
    }

    private async Task<bool> SendNextAsync(OutboundChannelCursor cursor)
    {
        if (await cursor.NextAsync(peer, _ended.Token) is not { } message)
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
            await session.WriteAsync(frame, either.Token);
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
