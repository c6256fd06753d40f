using System.Threading.Channels;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Sealing.Envelopes;
using Gateway.Sealing.Keys;
using Gateway.Sealing.Receipts;
using Gateway.Sealing.Signatures;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using SealedMessage = Gateway.Contracts.Exchange.V1.SealedMessage;

namespace Gateway.Exchange.Inbox;

/// <summary>
/// One session as its receiver, in three stages that overlap, each in order:
///
///   take:    read a frame, open and verify it, hand it to the store                  (message n+2)
///   receipt: wait until it is durable, sign the receipt, hand that to the store      (message n+1)
///   answer:  wait until the receipt is durable, seal and send it                     (message n)
///
/// So the store commits several messages at once, and still no receipt exists before its message is durable, and none leaves before a repeat
/// would get the same one.
/// </summary>
internal sealed class InboundSession(
    InboundCaller caller, IPeerCaller session, MessageIntake intake, IExchangeStore store, SigningKey signing, DeliveryOptions options, TimeProvider time, ILogger log)
    : IDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Channel<Taken> _taken = Channel.CreateBounded<Taken>(options.Credit);
    private readonly Channel<Task<ReceiverFrame>> _answers = Channel.CreateBounded<Task<ReceiverFrame>>(options.Credit);
    private ulong _heartbeats;

    /// <summary>Runs until the sender ends the session, goes silent or breaks the protocol.</summary>
    /// <param name="draining">When it is cancelled, the sender is asked to move; the session then goes on until it does.</param>
    /// <param name="cancellationToken">The call itself is over.</param>
    public async Task<SessionEnd> RunAsync(CancellationToken draining, CancellationToken cancellationToken)
    {
        using var over = cancellationToken.Register(() => _ended.Cancel());
        var receipts = SignReceiptsAsync();
        var answers = SendAnswersAsync(draining);
        try
        {
            return await TakeAllAsync();
        }
        finally
        {
            _taken.Writer.TryComplete();
            await receipts;
            await answers;
        }
    }

    public void Dispose() => _ended.Dispose();

    private async Task<SessionEnd> TakeAllAsync()
    {
        try
        {
            while (await ReadNextAsync() is { } frame)
            {
                switch (frame.FrameCase)
                {
                    case SenderFrame.FrameOneofCase.Message:
                        await TakeAsync(frame.Message);
                        break;
                    case SenderFrame.FrameOneofCase.Heartbeat or SenderFrame.FrameOneofCase.Drain:
                        break;
                    default:
                        return SessionEnd.Untrustworthy;
                }
            }

            return SessionEnd.Drained;
        }
        catch (OperationCanceledException)
        {
            return _ended.IsCancellationRequested ? SessionEnd.Broken : SessionEnd.Silent;
        }
    }

    private async Task<SenderFrame?> ReadNextAsync()
    {
        using var silence = new CancellationTokenSource(options.SilenceMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, _ended.Token);
        return await session.ReadAsync(either.Token);
    }

    private async Task TakeAsync(SealedMessage frame)
    {
        var result = intake.Take(frame, caller);
        var accepting = result.Batch is null
            ? RejectAsync(frame, result.Refusal, result.Detail)
            : KeepAsync(result.Batch);
        await _taken.Writer.WriteAsync(new Taken(frame, result, accepting), _ended.Token);
    }

    private async Task<AcceptResult?> KeepAsync(VerifiedBatch batch) => await store.AcceptAsync(batch, CancellationToken.None);

    private async Task SignReceiptsAsync()
    {
        try
        {
            await foreach (var taken in _taken.Reader.ReadAllAsync(_ended.Token))
            {
                await _answers.Writer.WriteAsync(await AnswerAsync(taken), _ended.Token);
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The call is over; what is durable gets its receipt when the sender repeats it.
        }
        finally
        {
            _answers.Writer.TryComplete();
        }
    }

    // The inner task is the answer on its way through the store: the next message need not wait for it.
    private async Task<Task<ReceiverFrame>> AnswerAsync(Taken taken)
    {
        try
        {
            var accepted = await taken.Accepting;
            return accepted is null ? Task.FromResult(Refused(taken.Frame, taken.Result.Refusal)) : AnswerAsync(taken, accepted);
        }
        catch (StoreUnavailableException unavailable)
        {
            log.StoreUnavailable(unavailable.Message);
            return Task.FromResult(Refused(taken.Frame, RefusalCode.Unavailable));
        }
    }

    private Task<ReceiverFrame> AnswerAsync(Taken taken, AcceptResult accepted)
    {
        switch (accepted.Outcome)
        {
            case AcceptOutcome.Accepted:
                ExchangeMetrics.Accepted();
                return ReceiptAsync(taken, default);
            case AcceptOutcome.Repeat:
                return ReceiptAsync(taken, accepted.Receipt);
            default:
                return RefuseAfterStoreAsync(taken.Frame, accepted.Outcome);
        }
    }

    private async Task<ReceiverFrame> ReceiptAsync(Taken taken, ReadOnlyMemory<byte> issuedBefore)
    {
        try
        {
            var batch = taken.Result.Batch!;
            var receipt = issuedBefore;
            if (receipt.IsEmpty)
            {
                var signed = SignedReceipt.Create(taken.Result.Message!, signing, time.GetUtcNow());
                receipt = await store.RecordIssuedReceiptAsync(batch.Channel, batch.Sequence, signed, CancellationToken.None);
            }

            var envelope = Envelope.Seal(receipt.Span, caller.Peer.Encryption);
            return new ReceiverFrame
            {
                Receipt = new SealedReceipt { AgreementId = taken.Frame.AgreementId, Sequence = taken.Frame.Sequence, Sealed = UnsafeByteOperations.UnsafeWrap(envelope) },
            };
        }
        catch (StoreUnavailableException unavailable)
        {
            log.StoreUnavailable(unavailable.Message);
            return Refused(taken.Frame, RefusalCode.Unavailable);
        }
    }

    private async Task<ReceiverFrame> RefuseAfterStoreAsync(SealedMessage frame, AcceptOutcome outcome)
    {
        var code = outcome switch
        {
            AcceptOutcome.OutOfSequence => RefusalCode.OutOfSequence,
            AcceptOutcome.Equivocation => RefusalCode.Equivocation,
            _ => RefusalCode.Fenced,
        };
        await RejectAsync(frame, code, outcome.ToString());
        return Refused(frame, code);
    }

    private async Task<AcceptResult?> RejectAsync(SealedMessage frame, RefusalCode code, string detail)
    {
        log.MessageRejected(caller.Peer.Uri, frame.AgreementId, (long)frame.Sequence, code, detail);
        ExchangeMetrics.Refused(code);
        try
        {
            await store.AppendAsync(
                new EvidenceEvent(
                    EventNames.RelayRejection, detail, time.GetUtcNow(), caller.Peer.Uri.Provider, signing.Owner.Provider, Bounded(frame.AgreementId), (long)frame.Sequence, default),
                CancellationToken.None);
        }
        catch (StoreUnavailableException unavailable)
        {
            // The refusal stands even where its evidence cannot be kept: the log says so.
            log.StoreUnavailable(unavailable.Message);
        }

        return null;
    }

    private static string Bounded(string agreementId) => agreementId.Length <= SealingLimits.NameCharsMax ? agreementId : agreementId[..SealingLimits.NameCharsMax];

    private static ReceiverFrame Refused(SealedMessage frame, RefusalCode code) =>
        new() { Refused = new MessageRefused { AgreementId = frame.AgreementId, Sequence = frame.Sequence, Code = code } };

    private async Task SendAnswersAsync(CancellationToken draining)
    {
        var asked = false;
        try
        {
            while (true)
            {
                using var idle = new CancellationTokenSource(options.HeartbeatInterval, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, _ended.Token, asked ? CancellationToken.None : draining);
                try
                {
                    if (!await _answers.Reader.WaitToReadAsync(either.Token))
                    {
                        return;
                    }

                    while (_answers.Reader.TryRead(out var answer))
                    {
                        await WriteAsync(await answer);
                    }
                }
                catch (OperationCanceledException) when (!_ended.IsCancellationRequested)
                {
                    await WriteAsync(draining.IsCancellationRequested && !asked ? DrainFrame() : HeartbeatFrame());
                    asked |= draining.IsCancellationRequested;
                }
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The sender is gone or does not read: it will find its receipts on the next session.
            await _ended.CancelAsync();
        }
    }

    private ReceiverFrame DrainFrame() => new() { Drain = new Drain { DeadlineS = (uint)options.DrainTimeout.TotalSeconds } };

    private ReceiverFrame HeartbeatFrame() => new() { Heartbeat = new Heartbeat { Number = ++_heartbeats } };

    private async Task WriteAsync(ReceiverFrame frame)
    {
        using var stall = new CancellationTokenSource(options.WriteTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, _ended.Token);
        try
        {
            await session.WriteAsync(frame, either.Token);
        }
        catch (OperationCanceledException) when (stall.IsCancellationRequested)
        {
            log.PeerDoesNotRead(caller.Peer.Uri);
            await _ended.CancelAsync();
        }
    }

    private sealed record Taken(SealedMessage Frame, IntakeResult Result, Task<AcceptResult?> Accepting);
}
