using System.Threading.Channels;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Ledgers;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Inbox;

/// <summary>
/// One session as its receiver, in three stages that overlap, each in order:
///
///   take:    read a frame, open and verify it, sign its receipt, hand both to the store   (message n+2)
///   receipt: wait until they are durable, seal the receipt                                (message n+1)
///   answer:  send it                                                                      (message n)
///
/// So the store commits several messages at once, and still no receipt leaves before its message is durable, and before a repeat would get the
/// same one. The stages hold as many messages as the credit allows; a sender that ignores it waits in its own write.
/// </summary>
internal sealed class InboundSession(
    InboundCaller caller,
    IPeerCaller session,
    MessageIntake intake,
    MessageAnswers answers,
    StatementAnswers statements,
    DeliveryOptions options,
    TimeProvider time,
    ILogger log) : IDisposable
{
    // A comparison of ledgers reads them: a sender may ask for some at once, and for as many again every minute.
    private const int StatementsPerMinute = 256;

    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _superseded = new();
    private readonly CancellationTokenSource _asked = new();
    private readonly long _began = time.GetTimestamp();
    private readonly Channel<TakenMessage> _taken = Channel.CreateBounded<TakenMessage>(options.Credit);
    private readonly Channel<Task<ReceiverFrame>> _answers = Channel.CreateBounded<Task<ReceiverFrame>>(options.Credit);
    private readonly Lock _disposing = new();
    private bool _disposed;
    private ulong _heartbeats;
    private int _statements;
    private Task _accepting = Task.CompletedTask;

    /// <summary>Runs until the sender ends the session, goes silent or breaks the protocol.</summary>
    /// <param name="draining">When it is cancelled, the sender is asked to move; the session then goes on until it does.</param>
    /// <param name="cancellationToken">The call itself is over.</param>
    public async Task<SessionEnd> RunAsync(CancellationToken draining, CancellationToken cancellationToken)
    {
        await using var over = cancellationToken.UnsafeRegister(_ => _ended.Cancel(), null);
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(draining, _asked.Token);
        var signing = UntilFailedAsync(SignReceiptsAsync);
        var sending = UntilFailedAsync(() => SendAnswersAsync(asked.Token));
        try
        {
            return await TakeAllAsync();
        }
        finally
        {
            _taken.Writer.TryComplete();
            await signing;
            await sending;
        }
    }

    /// <summary>A newer session of the same sender is there: what was taken is answered, and nothing more is taken.</summary>
    public void Supersede()
    {
        // The newer session finds this one at any moment, also in its last.
        lock (_disposing)
        {
            if (!_disposed)
            {
                caller.Moved();
                _superseded.Cancel();
            }
        }
    }

    /// <summary>Asks the sender to move to a new connection; the session goes on until it does.</summary>
    public void AskToMove()
    {
        lock (_disposing)
        {
            if (!_disposed)
            {
                _asked.Cancel();
            }
        }
    }

    public void Dispose()
    {
        lock (_disposing)
        {
            _disposed = true;
            _superseded.Dispose();
            _asked.Dispose();
        }

        _ended.Dispose();
    }

    // A stage that fails must not leave the others waiting for it.
    private async Task UntilFailedAsync(Func<Task> stage)
    {
        try
        {
            await stage();
        }
        catch
        {
            _ended.Cancel();
            throw;
        }
    }

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
                    case SenderFrame.FrameOneofCase.Statement when await AnswerAsync(frame.Statement):
                        break;
                    default:
                        return SessionEnd.Untrustworthy;
                }
            }

            return SessionEnd.Drained;
        }
        catch (InvalidDataException)
        {
            return SessionEnd.Untrustworthy;
        }
        catch (IOException)
        {
            return SessionEnd.Broken;
        }
        catch (OperationCanceledException)
        {
            return _ended.IsCancellationRequested ? SessionEnd.Broken
                : _superseded.IsCancellationRequested ? SessionEnd.Superseded
                : SessionEnd.Silent;
        }
    }

    private async Task<SenderFrame?> ReadNextAsync()
    {
        using var silence = new CancellationTokenSource(options.SilenceMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, _superseded.Token, _ended.Token);
        return await session.ReadAsync(either.Token);
    }

    private async Task TakeAsync(SealedMessage frame)
    {
        var result = intake.Take(frame, caller);

        // Begun here and awaited in the next stage: the store takes messages in the order in which they came.
        var accepting = answers.BeginAsync(frame, result, caller);
        _accepting = accepting;
        await _taken.Writer.WriteAsync(new TakenMessage(frame, result, accepting), _ended.Token);
    }

    private async Task<bool> AnswerAsync(SealedStatement frame)
    {
        if (++_statements > StatementsPerMinute * (1 + time.GetElapsedTime(_began).TotalMinutes))
        {
            return false;
        }

        // A statement speaks of the messages that came before it.
        await _accepting;
        if (await statements.AnswerAsync(frame, caller.Peer, _ended.Token) is not { } answer)
        {
            return false;
        }

        await _answers.Writer.WriteAsync(Task.FromResult(answer), _ended.Token);
        return true;
    }

    private async Task SignReceiptsAsync()
    {
        try
        {
            while (await _taken.Reader.WaitToReadAsync(_ended.Token))
            {
                while (_taken.Reader.TryRead(out var taken))
                {
                    await SignReceiptAsync(taken);
                }
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

    private async Task SignReceiptAsync(TakenMessage taken)
    {
        var accepted = await taken.Accepting;
        if (accepted?.Outcome == AcceptOutcome.Fenced)
        {
            Supersede();
        }

        // Not awaited: the answer is on its way through the store, and the next message need not wait for it.
        await _answers.Writer.WriteAsync(answers.EndAsync(taken, accepted, caller), _ended.Token);
    }

    private async Task SendAnswersAsync(CancellationToken draining)
    {
        try
        {
            var asked = false;
            while (await WaitForAnswersAsync(asked ? CancellationToken.None : draining) is { } more)
            {
                if (more)
                {
                    await SendWaitingAsync();
                }
                else
                {
                    await WriteAsync(draining.IsCancellationRequested && !asked ? DrainFrame() : HeartbeatFrame());
                    asked |= draining.IsCancellationRequested;
                }
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The sender is gone or does not read: it will find its receipts on the next session.
        }
    }

    /// <returns>True when answers wait, false when it is time to say something else, null when there will be no more.</returns>
    private async Task<bool?> WaitForAnswersAsync(CancellationToken draining)
    {
        using var idle = new CancellationTokenSource(options.HeartbeatInterval, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, _ended.Token, draining);
        try
        {
            return await _answers.Reader.WaitToReadAsync(either.Token) ? true : null;
        }
        catch (OperationCanceledException) when (!_ended.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task SendWaitingAsync()
    {
        while (_answers.Reader.TryRead(out var answer))
        {
            await WriteAsync(await answer);
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
            GiveUp();
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
            // The transport says in several ways that the call is over.
            GiveUp();
        }
    }

    private void GiveUp()
    {
        _ended.Cancel();
        _ended.Token.ThrowIfCancellationRequested();
    }
}
