using System.Collections.Concurrent;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Ledgers;
using Gateway.Exchange.Peers;
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
internal sealed partial class OutboundSession : IDisposable
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
            var writing = UntilEndedAsync(WriteAllAsync);
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
}
