using Gateway.Exchange.Agreements;
using Gateway.Exchange.Peers;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Delivery;

/// <summary>How a session, and with the last one its chain, ended.</summary>
/// <param name="End">How it ended.</param>
/// <param name="MadeProgress">Whether a receipt was kept on it.</param>
/// <param name="LastRefusal">Code of the last refusal that closed a channel, or empty.</param>
/// <param name="IsOwedAnswers">Whether answers it waited for never came.</param>
internal sealed record ChainEnd(SessionEnd End, bool MadeProgress, string LastRefusal, bool IsOwedAnswers);

/// <summary>Runs one session after another, each opened by the one before it, until one ends without a successor.</summary>
internal sealed class SessionChain(
    Peer peer,
    SessionOpening opening,
    Func<CancellationToken, Task<SessionOffer>> offerAsync,
    Func<IReadOnlyList<SignedAgreement>, bool> stands,
    ReconcileSchedule schedule,
    SessionServices services,
    ILogger log)
{
    private volatile OutboundSession? _current;
    private int _wanted;
    private volatile bool _isOwed;

    /// <summary>The session that may send, or null.</summary>
    public OutboundSession? Current => _current;

    /// <summary>How often a move was asked for. Whoever dials reads it first: what is asked for later concerns that session too.</summary>
    public int Wanted => Volatile.Read(ref _wanted);

    /// <summary>Moves every session that was dialled before this moment.</summary>
    public void HandOver()
    {
        Interlocked.Increment(ref _wanted);
        _current?.Recheck();
    }

    public async Task<ChainEnd> RunAsync(OpenedSession opened, IReadOnlyList<SignedAgreement> agreements, int wanted, CancellationToken stopping)
    {
        _isOwed = false;
        using var counted = ExchangeMetrics.SessionOpened();
        var (leaving, watching) = (Task.FromResult<ChainEnd?>(null), Task.CompletedTask);
        try
        {
            while (true)
            {
                var next = new NextSession(this);
                var (offered, dialled) = (agreements, wanted);
                var handOver = new SessionHandOver(peer, () => Wanted != dialled, next.OpenAsync, services.Time, log, stopping);
                var session = new OutboundSession(peer, opened, () => stands(offered), handOver, schedule, services, log);
                _current = session;
                if (_isOwed)
                {
                    session.Break();
                }

                var running = RunAsync(session, opened, stopping);
                watching = Task.WhenAll(watching, BreakWhenOwedAsync(leaving));
                var successor = await handOver.Successor;

                // Not on the writer of the session that told us: it has answers to wait for.
                await Task.Yield();
                if (successor is null || stopping.IsCancellationRequested)
                {
                    await DisposeAsync(successor);
                    return (await running)!;
                }

                (opened, agreements, wanted, leaving) = (successor, next.Agreements, next.Wanted, running);
            }
        }
        finally
        {
            _current = null;
            await watching;
        }
    }

    private async Task<ChainEnd?> RunAsync(OutboundSession session, OpenedSession opened, CancellationToken stopping)
    {
        log.SessionOpened(peer.Uri, opened.Channels.Count);
        try
        {
            var end = await session.RunAsync(stopping);
            log.SessionEnded(peer.Uri, end);
            return new ChainEnd(end, session.MadeProgress, session.LastRefusal, session.IsOwedAnswers);
        }
        finally
        {
            await opened.Session.DisposeAsync();
            session.Dispose();
        }
    }

    // A successor goes on behind what the receiver has. Where the receipts for that never came, only a session that starts anew asks for them
    // again; it is the newest that has to break, which need not be the one next to the session that waited in vain.
    private async Task BreakWhenOwedAsync(Task<ChainEnd?> leaving)
    {
        try
        {
            if (await leaving is { End: SessionEnd.HandedOver, IsOwedAnswers: true })
            {
                Break();
            }
        }
        catch (StoreUnavailableException)
        {
            Break();
        }
    }

    private void Break()
    {
        _isOwed = true;
        _current?.Break();
    }

    private static ValueTask DisposeAsync(OpenedSession? unused) => unused is null ? ValueTask.CompletedTask : unused.Session.DisposeAsync();

    private async Task<(OpenedSession Opened, IReadOnlyList<SignedAgreement> Agreements)> OpenNextAsync(CancellationToken stopping)
    {
        using var timeout = new CancellationTokenSource(services.Options.ConnectTimeout, services.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stopping);
        var offer = await offerAsync(either.Token);
        return offer.IsEmpty
            ? throw new PeerUnreachableException(PeerFault.Refused, "Nothing is agreed any more.", null)
            : (await opening.OpenAsync(offer, either.Token), offer.Agreements);
    }

    /// <summary>The next session, with what is agreed and asked for when it is dialled.</summary>
    private sealed class NextSession(SessionChain chain)
    {
        public IReadOnlyList<SignedAgreement> Agreements { get; private set; } = [];

        public int Wanted { get; private set; }

        public async Task<OpenedSession> OpenAsync(CancellationToken stopping)
        {
            Wanted = chain.Wanted;
            (var opened, Agreements) = await chain.OpenNextAsync(stopping);
            return opened;
        }
    }
}
