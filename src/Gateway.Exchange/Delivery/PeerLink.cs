using Gateway.Exchange.Agreements;
using Gateway.Exchange.Ledgers;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Certificates;
using Microsoft.Extensions.Logging;
using Polly;

namespace Gateway.Exchange.Delivery;

/// <summary>State of the link to a peer.</summary>
public enum LinkState
{
    /// <summary>A session is up.</summary>
    Connected = 1,

    /// <summary>The node tries to connect.</summary>
    Connecting = 2,

    /// <summary>Waiting does not cure what keeps the link down; an operator has to act.</summary>
    Parked = 3,
}

/// <summary>
/// The outgoing link to one peer: connect, Hello, Welcome, run a session until it ends, and again. Delivery survives every end of a session,
/// because what has no receipt is sent again on the next.
/// </summary>
public sealed class PeerLink
{
    private const string NothingAgreed = "AgreementNotInForce";
    private const int EndingMax = 64;

    private readonly AgreementBook _agreements;
    private readonly SessionServices _services;
    private readonly DeliveryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SessionOpening _opening;
    private readonly Wake _unpark;
    private readonly ReconcileSchedule _schedule;
    private readonly GatewayUri _own;
    private readonly SessionChain _chain;
    private TimeSpan _pause;

    internal PeerLink(Peer peer, IPeerChannel channel, AgreementBook agreements, SessionServices services, GatewayUri own, ILogger log)
    {
        Peer = peer;
        _agreements = agreements;
        _services = services;
        _options = services.Options;
        _time = services.Time;
        _log = log;
        _own = own;
        _schedule = new ReconcileSchedule(_options.ReconcileInterval, _time);
        _opening = new SessionOpening(peer, channel, own, services, log);
        _chain = new SessionChain(peer, _opening, OfferAsync, Stands, _schedule, services, log);
        _unpark = new Wake(_time);
        _pause = _options.ReconnectDelay;
    }

    /// <summary>The peer.</summary>
    public Peer Peer { get; }

    /// <summary>State of the link.</summary>
    public LinkState State { get; private set; } = LinkState.Connecting;

    /// <summary>Code of the last failure, or empty.</summary>
    public string LastFailure { get; private set; } = "";

    /// <summary>Looks again at once, parked or not: agreements or peers were changed.</summary>
    public void Unpark()
    {
        _unpark.Up();
        _chain.Current?.Recheck();
    }

    /// <summary>Moves the session to a new connection; nothing happens where there is none.</summary>
    public void HandOver() => _chain.HandOver();

    /// <summary>Compares the ledger of every channel with the peer's, at once or with the next session.</summary>
    public void Reconcile()
    {
        _schedule.BeginAll();
        _chain.Current?.Recheck();
    }

    /// <summary>Keeps the link up until it is stopped; then what is in flight gets its answers first.</summary>
    internal async Task RunAsync(CancellationToken stopping)
    {
        await Task.Yield();
        var pipeline = ConnectPipeline.Create(_options, _time, Failed);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await RunOnceAsync(pipeline, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (PeerUnreachableException refused)
            {
                await ParkAsync(refused.Fault.ToString(), refused.Message, stopping);
            }
            catch (StoreUnavailableException unavailable)
            {
                // Nothing can be sealed or marked now; what is queued stays queued.
                _log.StoreUnavailable(Peer.Uri, unavailable.Message);
                await PauseAsync(nameof(SessionEnd.Unavailable), stopping);
            }
            catch (Exception broken)
            {
                // The edge of a task nobody waits for: whatever it is, a link that ends in silence would hold up its peer for good.
                _log.LinkFailed(Peer.Uri, broken);
                await ParkAsync(broken.GetType().Name, "an unexpected error, see the log", stopping);
            }
        }
    }

    private async Task RunOnceAsync(ResiliencePipeline pipeline, CancellationToken stopping)
    {
        var offer = await OfferAsync(stopping);
        if (offer.IsEmpty)
        {
            await WaitForAgreementAsync(stopping);
            return;
        }

        State = LinkState.Connecting;
        var wanted = _chain.Wanted;
        var opened = await ConnectAsync(pipeline, offer, stopping);
        if (opened.IsUseless)
        {
            await opened.Session.DisposeAsync();
            throw new PeerUnreachableException(PeerFault.Refused, "The peer refused every channel, or contradicts this node about it.", null);
        }

        State = LinkState.Connected;
        LastFailure = "";
        await ConcludeAsync(await _chain.RunAsync(opened, offer.Agreements, wanted, stopping), stopping);
    }

    private async Task<OpenedSession> ConnectAsync(ResiliencePipeline pipeline, SessionOffer offer, CancellationToken stopping)
    {
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, stopping);
        try
        {
            return await pipeline.ExecuteAsync(async attempt => await _opening.OpenAsync(offer, attempt.CancellationToken), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private IReadOnlyList<SignedAgreement> InForce() => _agreements.InForceWith(Peer.Uri, _time.GetUtcNow());

    // Channels that carried something, are not agreed any more, and of whose last message the peer has not given its word.
    private async Task<SessionOffer> OfferAsync(CancellationToken cancellationToken)
    {
        var ending = new List<EndingChannel>();
        foreach (var (channel, state) in await _services.Store.ReadChannelsToAsync(Peer.Uri.Provider, cancellationToken))
        {
            if (_agreements.Find(channel.AgreementId, Peer.Uri.Provider, _time.GetUtcNow()) is not null)
            {
                continue;
            }

            var answered = await _services.Store.ReadStatementsAsync(channel, StatementKind.ChannelEnd, Peer.Uri.Provider, 1, cancellationToken);
            if (channel.Sender == _own.Provider && (answered is not [var last] || last.Sequence != state.LastSequence) && ending.Count < EndingMax)
            {
                ending.Add(new EndingChannel(channel, state));
            }
        }

        return new SessionOffer(InForce(), ending);
    }

    private bool Stands(IReadOnlyList<SignedAgreement> offered)
    {
        var now = InForce();
        return now.Count == offered.Count && now.Zip(offered).All(pair => pair.First.Digest.Span.SequenceEqual(pair.Second.Digest.Span));
    }

    private async Task ConcludeAsync(ChainEnd ended, CancellationToken stopping)
    {
        _pause = ended.MadeProgress ? _options.ReconnectDelay : _pause;
        switch (ended.End)
        {
            case SessionEnd.Stopped:
                break;
            case SessionEnd.Untrustworthy:
                throw new PeerUnreachableException(PeerFault.Refused, "The peer broke the protocol.", null);
            case SessionEnd.Blocked:
                await ParkAsync(ended.LastRefusal, "the peer refused a message on every channel", stopping);
                break;
            default:
                await PauseAsync(ended.End == SessionEnd.Drained ? "" : ended.End.ToString(), stopping);
                break;
        }
    }

    private void Failed(Exception? failure)
    {
        LastFailure = failure is PeerUnreachableException unreachable ? unreachable.Fault.ToString() : failure?.GetType().Name.Replace("Exception", "", StringComparison.Ordinal) ?? "";
        _log.PeerUnreachable(Peer.Uri, failure?.Message ?? "");
    }

    // Not a fault of the peer: it is asked nothing until there is something to offer.
    private async Task WaitForAgreementAsync(CancellationToken stopping)
    {
        if (LastFailure != NothingAgreed)
        {
            _log.NothingAgreed(Peer.Uri);
        }

        State = LinkState.Parked;
        LastFailure = NothingAgreed;
        await SleepAsync(_options.HeartbeatInterval, stopping);
    }

    private async Task ParkAsync(string code, string fault, CancellationToken stopping)
    {
        State = LinkState.Parked;
        LastFailure = code;
        _log.LinkParked(Peer.Uri, fault);
        await SleepAsync(_options.ParkedPause, stopping);
    }

    // A session that ends without a single receipt, over and over, must not become a flood of handshakes.
    private async Task PauseAsync(string code, CancellationToken stopping)
    {
        State = LinkState.Connecting;
        LastFailure = code;
        var pause = _pause;
        _pause = pause + pause < _options.ReconnectDelayMax ? pause + pause : _options.ReconnectDelayMax;
        await SleepAsync(pause, stopping);
    }

    private async Task SleepAsync(TimeSpan atMost, CancellationToken stopping)
    {
        try
        {
            await _unpark.SleepAsync(atMost, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The loop sees it and ends.
        }
    }
}
