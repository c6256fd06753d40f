using System.Threading.Channels;
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
/// The two never wait for each other: a peer that stops reading must not keep us from hearing that it is gone.
/// </summary>
internal sealed class OutboundSession(
    Peer peer,
    IPeerSession session,
    IReadOnlyList<OutboundChannelCursor> channels,
    int credit,
    SessionServices services,
    DeliveryOptions options,
    TimeProvider time,
    ILogger log) : IDisposable
{
    // Wakes the writer: a credit came back, or the reader asks it to stop.
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _ended = new();
    private int _inFlight;
    private ulong _heartbeats;
    private SessionEnd? _end;
    private volatile bool _draining;

    /// <summary>Runs until the session ends. Cancelling <paramref name="stopping"/> drains it first.</summary>
    public async Task<SessionEnd> RunAsync(CancellationToken stopping)
    {
        using var whenStopping = stopping.Register(() => Drain(SessionEnd.Stopped));
        var reading = ReadAllAsync();
        var writing = WriteAllAsync();
        await Task.WhenAny(reading, writing);
        await _ended.CancelAsync();
        await Task.WhenAll(reading, writing);
        return _end ?? SessionEnd.Broken;
    }

    public void Dispose() => _ended.Dispose();

    private void Drain(SessionEnd end)
    {
        _end ??= end;
        _draining = true;
        _wake.Writer.TryWrite(true);
    }

    private void End(SessionEnd end)
    {
        // The first reason is the reason; what breaks afterwards broke because of it.
        if (!_draining || end is not SessionEnd.Broken)
        {
            _end ??= end;
        }

        _ended.Cancel();
    }

    private async Task ReadAllAsync()
    {
        try
        {
            while (await ReadNextAsync() is { } frame)
            {
                await TakeAsync(frame);
            }

            End(SessionEnd.Broken);
        }
        catch (PeerUnreachableException broken)
        {
            log.SessionBroke(peer.Uri, broken.Message);
            End(SessionEnd.Broken);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The writer ended the session.
        }
    }

    private async Task<ReceiverFrame?> ReadNextAsync()
    {
        using var silence = new CancellationTokenSource(options.SilenceMax, time);
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

    private async Task TakeAsync(ReceiverFrame frame)
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
                Drain(SessionEnd.Drained);
                break;
            case ReceiverFrame.FrameOneofCase.Heartbeat:
                break;
            default:
                End(SessionEnd.Untrustworthy);
                break;
        }
    }

    private async Task TakeReceiptAsync(SealedReceipt sealedReceipt)
    {
        var channel = channels.FirstOrDefault(cursor => cursor.Channel.AgreementId == sealedReceipt.AgreementId)?.Channel;
        if (channel is null || !await services.Receipts.KeepAsync(peer, channel.Value, (long)sealedReceipt.Sequence, sealedReceipt.Sealed.Memory, _ended.Token))
        {
            End(SessionEnd.Untrustworthy);
            return;
        }

        Interlocked.Decrement(ref _inFlight);
        _wake.Writer.TryWrite(true);
    }

    private async Task TakeRefusalAsync(MessageRefused refused)
    {
        log.MessageRefused(peer.Uri, refused.AgreementId, (long)refused.Sequence, refused.Code);
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
                // Sending it again would not change the answer: the channel waits for an operator.
                await services.Receipts.KeepRefusalAsync(peer, refused, _ended.Token);
                channels.FirstOrDefault(cursor => cursor.Channel.AgreementId == refused.AgreementId)?.Close();
                Interlocked.Decrement(ref _inFlight);
                _wake.Writer.TryWrite(true);
                break;
        }
    }

    private async Task WriteAllAsync()
    {
        try
        {
            while (!_ended.IsCancellationRequested && !(_draining && Volatile.Read(ref _inFlight) == 0))
            {
                if (!await SendNextAsync())
                {
                    await WaitAsync();
                }
            }

            await CloseAsync();
        }
        catch (PeerUnreachableException broken)
        {
            log.SessionBroke(peer.Uri, broken.Message);
            End(SessionEnd.Broken);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The reader ended the session.
        }
    }

    private async Task<bool> SendNextAsync()
    {
        if (_draining || Volatile.Read(ref _inFlight) >= credit)
        {
            return false;
        }

        var sent = false;
        foreach (var cursor in channels.Where(cursor => !cursor.IsClosed))
        {
            sent |= Volatile.Read(ref _inFlight) < credit && await SendNextAsync(cursor);
        }

        return sent;
    }

    private async Task<bool> SendNextAsync(OutboundChannelCursor cursor)
    {
        if (!cursor.Agreement.Agreement.IsInForce(time.GetUtcNow()))
        {
            log.AgreementOver(peer.Uri, cursor.Channel.AgreementId);
            cursor.Close();
            return false;
        }

        var waiting = await services.Store.ReadUnreceiptedAsync(cursor.Channel, cursor.LastSent, 1, _ended.Token);
        var message = waiting.Count > 0 ? waiting[0] : await services.Batches.BuildNextAsync(cursor.Channel, cursor.Agreement, peer, _ended.Token);
        if (message is null)
        {
            return false;
        }

        if (message.Sequence != cursor.LastSent + 1)
        {
            // A message in between was refused for good: nothing after it can be accepted.
            log.ChannelBlocked(peer.Uri, cursor.Channel.AgreementId, cursor.LastSent + 1);
            cursor.Close();
            return false;
        }

        Interlocked.Increment(ref _inFlight);
        cursor.Sent(message.Sequence);
        await WriteAsync(new SenderFrame
        {
            Message = new SealedMessage
            {
                AgreementId = cursor.Channel.AgreementId,
                Epoch = (ulong)cursor.Epoch,
                Sequence = (ulong)message.Sequence,
                Sealed = UnsafeByteOperations.UnsafeWrap(message.Envelope),
            },
        });
        ExchangeMetrics.Sent();
        return true;
    }

    private async Task WaitAsync()
    {
        using var idle = new CancellationTokenSource(_draining ? options.DrainTimeout : options.HeartbeatInterval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, _ended.Token);
        try
        {
            var queued = _draining ? Task.Delay(Timeout.Infinite, either.Token) : services.Signal.WaitAsync(peer.Uri.Provider, either.Token);
            var woken = _wake.Reader.ReadAsync(either.Token).AsTask();
            var first = await Task.WhenAny(queued, woken);
            await either.CancelAsync();
            await first;
            if (first == queued)
            {
                await Task.Delay(options.Linger, time, _ended.Token);
            }
        }
        catch (OperationCanceledException) when (idle.IsCancellationRequested && !_ended.IsCancellationRequested)
        {
            await IdleAsync();
        }
    }

    private async Task IdleAsync()
    {
        if (_draining)
        {
            End(SessionEnd.Broken);
        }
        else
        {
            await WriteAsync(new SenderFrame { Heartbeat = new Heartbeat { Number = ++_heartbeats } });
        }
    }

    private async Task WriteAsync(SenderFrame frame)
    {
        using var stall = new CancellationTokenSource(options.WriteTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, _ended.Token);
        try
        {
            await session.WriteAsync(frame, either.Token);
        }
        catch (OperationCanceledException) when (stall.IsCancellationRequested && !_ended.IsCancellationRequested)
        {
            throw new PeerUnreachableException("The peer did not read for too long.");
        }
    }

    private async Task CloseAsync()
    {
        if (_ended.IsCancellationRequested)
        {
            return;
        }

        if (_end == SessionEnd.Stopped)
        {
            await WriteAsync(new SenderFrame { Drain = new Drain { DeadlineS = (uint)options.DrainTimeout.TotalSeconds } });
        }

        await session.CompleteAsync();
    }
}
