using System.Threading.Channels;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Certificates;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

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
    private const uint ProtocolVersion = 1;

    // A parked link looks again after this long, in case the other side was put right.
    private static readonly TimeSpan ParkedPause = TimeSpan.FromMinutes(1);

    private readonly IPeerChannel _channel;
    private readonly AgreementBook _agreements;
    private readonly SessionServices _services;
    private readonly GatewayUri _own;
    private readonly DeliveryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Channel<bool> _unpark = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    internal PeerLink(
        Peer peer, IPeerChannel channel, AgreementBook agreements, SessionServices services, GatewayUri own, DeliveryOptions options, TimeProvider time, ILogger log)
    {
        Peer = peer;
        _channel = channel;
        _agreements = agreements;
        _services = services;
        _own = own;
        _options = options;
        _time = time;
        _log = log;
    }

    /// <summary>The peer.</summary>
    public Peer Peer { get; }

    /// <summary>State of the link.</summary>
    public LinkState State { get; private set; } = LinkState.Connecting;

    /// <summary>Code of the last failure, or empty.</summary>
    public string LastFailure { get; private set; } = "";

    /// <summary>Looks again at once when the link is parked: agreements or peers were changed.</summary>
    public void Unpark() => _unpark.Writer.TryWrite(true);

    /// <summary>Keeps the link up until it is stopped; then what is in flight gets its receipts first.</summary>
    internal async Task RunAsync(CancellationToken stopping)
    {
        var pipeline = ConnectPipeline.Create(_options, _time, Failed);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                State = LinkState.Connecting;
                var opened = await pipeline.ExecuteAsync(async cancellation => await OpenAsync(cancellation), stopping);
                await RunSessionAsync(opened, stopping);
            }
            catch (PeerUnreachableException refused)
            {
                await ParkAsync(refused.Message, stopping);
            }
            catch (StoreUnavailableException unavailable)
            {
                // Nothing can be sealed or marked now; what is queued stays queued.
                LastFailure = "StoreUnavailable";
                _log.StoreUnavailable(Peer.Uri, unavailable.Message);
                await PauseAsync(_options.ReconnectDelayMax, stopping);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private static SenderFrame HelloFrame(GatewayUri own, IEnumerable<SignedAgreement> agreements)
    {
        var hello = new Hello { ProtocolVersion = ProtocolVersion, GatewayUri = own.ToString() };
        hello.Channels.AddRange(agreements.Select(signed => new ChannelOffer
        {
            AgreementId = signed.Agreement.Id,
            AgreementRevision = (uint)signed.Agreement.Revision,
            AgreementDigest = ByteString.CopyFrom(signed.Digest.Span),
        }));
        return new SenderFrame { Hello = hello };
    }

    private void Failed(Exception? failure)
    {
        LastFailure = failure?.GetType().Name.Replace("Exception", "", StringComparison.Ordinal) ?? "";
        _log.PeerUnreachable(Peer.Uri, failure?.Message ?? "");
    }

    private async Task ParkAsync(string fault, CancellationToken stopping)
    {
        State = LinkState.Parked;
        LastFailure = "Refused";
        _log.LinkParked(Peer.Uri, fault);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        try
        {
            await Task.WhenAny(_unpark.Reader.ReadAsync(either.Token).AsTask(), Task.Delay(ParkedPause, _time, either.Token));
        }
        finally
        {
            await either.CancelAsync();
        }
    }

    private async Task<OpenedSession> OpenAsync(CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        var agreements = _agreements.All
            .Where(signed => signed.Agreement.IsInForce(now) && signed.Agreement.CounterpartyOf(_own.Provider)?.Gateways.Contains(Peer.Uri) == true)
            .ToArray();
        if (agreements.Length == 0)
        {
            throw new PeerUnreachableException(PeerFault.Refused, "There is no agreement in force with this peer.", null);
        }

        var cursors = new List<OutboundChannelCursor>();
        foreach (var signed in agreements)
        {
            var key = new ChannelKey(_own.Provider, Peer.Uri.Provider, signed.Agreement.Id);
            cursors.Add(new OutboundChannelCursor(key, signed, await _services.Store.GetChannelAsync(key, cancellationToken)));
        }

        var session = await _channel.OpenAsync(Peer, cancellationToken);
        try
        {
            await session.WriteAsync(HelloFrame(_own, agreements), cancellationToken);
            var welcome = (await session.ReadAsync(cancellationToken))?.Welcome;
            return new OpenedSession(session, cursors, Accept(welcome, cursors));
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    /// <returns>The credit.</returns>
    private int Accept(Welcome? welcome, List<OutboundChannelCursor> cursors)
    {
        if (welcome is null || welcome.ProtocolVersion != ProtocolVersion || welcome.GatewayUri != Peer.Uri.ToString() || welcome.Channels.Count != cursors.Count || welcome.Credit == 0)
        {
            throw new PeerUnreachableException(PeerFault.Refused, "The peer's Welcome is not one this node understands.", null);
        }

        foreach (var (cursor, state) in cursors.Zip(welcome.Channels))
        {
            if (state.AgreementId != cursor.Channel.AgreementId || !cursor.Accept(state))
            {
                _log.StatesContradict(Peer.Uri, cursor.Channel.AgreementId);
                throw new PeerUnreachableException(PeerFault.Refused, "The peer's state of a channel contradicts ours.", null);
            }

            if (state.Refusal != RefusalCode.Unspecified)
            {
                _log.ChannelRefused(Peer.Uri, state.AgreementId, state.Refusal);
            }
        }

        return (int)Math.Min(welcome.Credit, (uint)_options.Credit);
    }

    private async Task RunSessionAsync(OpenedSession opened, CancellationToken stopping)
    {
        await using var closing = opened.Session;
        if (opened.Channels.All(channel => channel.IsClosed))
        {
            throw new PeerUnreachableException(PeerFault.Refused, "The peer refused every channel.", null);
        }

        State = LinkState.Connected;
        LastFailure = "";
        ExchangeMetrics.SessionOpened();
        _log.SessionOpened(Peer.Uri, opened.Channels.Count);
        using var session = new OutboundSession(Peer, opened.Session, opened.Channels, opened.Credit, _services, _options, _time, _log);
        var end = await session.RunAsync(stopping);
        _log.SessionEnded(Peer.Uri, end);
        await AfterAsync(end, stopping);
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(pause, _time, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The loop sees it and ends.
        }
    }

    private async Task AfterAsync(SessionEnd end, CancellationToken stopping)
    {
        LastFailure = end is SessionEnd.Stopped or SessionEnd.Drained ? "" : end.ToString();
        switch (end)
        {
            case SessionEnd.Untrustworthy:
                throw new PeerUnreachableException(PeerFault.Refused, "The peer broke the protocol.", null);
            case SessionEnd.Unavailable:
                await PauseAsync(_options.ReconnectDelayMax, stopping);
                break;
            case SessionEnd.Broken or SessionEnd.Silent:
                await PauseAsync(_options.ReconnectDelay, stopping);
                break;
            default:
                break;
        }
    }

    private sealed record OpenedSession(IPeerSession Session, IReadOnlyList<OutboundChannelCursor> Channels, int Credit);
}
