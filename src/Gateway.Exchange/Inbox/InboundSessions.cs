using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Inbox;

/// <summary>Receives sessions of peers: admits them, runs them, and asks them to move when the node stops.</summary>
public sealed class InboundSessions : IDisposable
{
    private readonly IExchangeStore _store;
    private readonly SigningKey _signing;
    private readonly DeliveryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<InboundSessions> _log;
    private readonly SessionAdmission _admission;
    private readonly MessageIntake _intake;
    private readonly CancellationTokenSource _draining = new();

    /// <summary>Makes the receiver of a node.</summary>
    public InboundSessions(
        PeerDirectory peers,
        AgreementBook agreements,
        IExchangeStore store,
        RecordProtection protection,
        KeyedDigest index,
        SigningKey signing,
        DecryptionKey decryption,
        DeliveryOptions options,
        TimeProvider time,
        ILogger<InboundSessions> log)
    {
        ArgumentNullException.ThrowIfNull(signing);
        ArgumentNullException.ThrowIfNull(options);
        _store = store;
        _signing = signing;
        _options = options;
        _time = time;
        _log = log;
        _admission = new SessionAdmission(signing.Owner, peers, agreements, store, options.Credit, time);
        _intake = new MessageIntake(signing.Owner, decryption, protection, index, time);
    }

    /// <summary>Runs one session to its end.</summary>
    /// <param name="tlsIdentity">Whom the TLS certificate names.</param>
    /// <param name="session">The session; its first frame has not been read yet.</param>
    /// <param name="cancellationToken">The call is over.</param>
    /// <returns>Whether it was admitted, and if so, how it ended.</returns>
    public async Task<(AdmissionOutcome Admission, SessionEnd? End)> RunAsync(GatewayUri tlsIdentity, IPeerCaller session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tlsIdentity);
        ArgumentNullException.ThrowIfNull(session);
        var first = await ReadFirstAsync(session, cancellationToken);
        var (outcome, caller, welcome) = await _admission.AdmitAsync(tlsIdentity, first, cancellationToken);
        if (caller is null)
        {
            await RefuseAsync(tlsIdentity, outcome, cancellationToken);
            return (outcome, null);
        }

        await session.WriteAsync(welcome!, cancellationToken);
        _log.InboundSessionOpened(caller.Peer.Uri, caller.Channels.Count);
        using var inbound = new InboundSession(caller, session, _intake, _store, _signing, _options, _time, _log);
        var end = await inbound.RunAsync(_draining.Token, cancellationToken);
        _log.InboundSessionEnded(caller.Peer.Uri, end);
        return (outcome, end);
    }

    /// <summary>Asks every sender to move to another node or to come back later.</summary>
    public void Drain() => _draining.Cancel();

    /// <summary>Forgets the sessions.</summary>
    public void Dispose() => _draining.Dispose();

    private async Task<Contracts.Exchange.V1.SenderFrame?> ReadFirstAsync(IPeerCaller session, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await session.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task RefuseAsync(GatewayUri identity, AdmissionOutcome outcome, CancellationToken cancellationToken)
    {
        _log.SessionRefused(identity, outcome);
        await _store.AppendAsync(
            new EvidenceEvent(EventNames.SessionRejection, outcome.ToString(), _time.GetUtcNow(), identity.Provider, _signing.Owner.Provider, "", 0, default), cancellationToken);
    }
}
