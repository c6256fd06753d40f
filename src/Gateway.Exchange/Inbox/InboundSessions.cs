using System.Collections.Concurrent;
using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Ledgers;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Inbox;

/// <summary>
/// Receives sessions of peers: admits them, runs them, and asks them to move when the node stops. A sender has one session; a newer one takes
/// over from the one before it.
/// </summary>
public sealed class InboundSessions : IDisposable
{
    private readonly DeferredEvidence _evidence;
    private readonly PeerRefusals _refusals;
    private readonly GatewayUri _own;
    private readonly DeliveryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<InboundSessions> _log;
    private readonly SessionAdmission _admission;
    private readonly MessageIntake _intake;
    private readonly StatementAnswers _statements;
    private readonly MessageAnswers _answers;
    private readonly ConcurrentDictionary<GatewayUri, InboundSession> _current = new();
    private readonly CancellationTokenSource _draining = new();

    /// <summary>Makes the receiver of a node.</summary>
    /// <exception cref="ArgumentException">The options do not hold; the message has every finding.</exception>
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
        if (options.Validate() is { Count: > 0 } findings)
        {
            throw new ArgumentException(string.Join(' ', findings), nameof(options));
        }

        _evidence = new DeferredEvidence(store, log);
        _refusals = new PeerRefusals(time);
        _own = signing.Owner;
        _options = options;
        _time = time;
        _log = log;
        _admission = new SessionAdmission(_own, peers, agreements, store, _evidence, _refusals, options.Credit, time, log);
        _intake = new MessageIntake(_own, decryption, peers, agreements, protection, index, time);
        _statements = new StatementAnswers(store, agreements, new StatementSealing(signing, decryption, time), time, log);
        _answers = new MessageAnswers(store, _evidence, _statements, _refusals, signing, time, log);
    }

    /// <summary>Runs one session to its end.</summary>
    /// <param name="tlsIdentity">Whom the TLS certificate names.</param>
    /// <param name="session">The session; its first frame has not been read yet.</param>
    /// <param name="cancellationToken">The call is over.</param>
    /// <returns>Whether it was admitted, and if so, how it ended.</returns>
    /// <exception cref="StoreUnavailableException">The node cannot keep anything at the moment.</exception>
    public async Task<(AdmissionOutcome Admission, SessionEnd? End)> RunAsync(GatewayUri tlsIdentity, IPeerCaller session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tlsIdentity);
        ArgumentNullException.ThrowIfNull(session);
        if (_draining.IsCancellationRequested)
        {
            // A sender that was asked to move would otherwise move from here to here until the listener closes.
            return (AdmissionOutcome.Stopping, null);
        }

        var first = await ReadFirstAsync(session, cancellationToken);
        var (outcome, caller, welcome) = await _admission.AdmitAsync(tlsIdentity, first, cancellationToken);
        if (caller is null)
        {
            await RefuseAsync(tlsIdentity, outcome);
            return (outcome, null);
        }

        using var inbound = new InboundSession(caller, session, _intake, _answers, _statements, _options, _time, _log);
        TakeOver(caller.Peer.Uri, inbound);
        try
        {
            await WriteWelcomeAsync(session, welcome!, cancellationToken);
            _log.InboundSessionOpened(caller.Peer.Uri, caller.Channels.Count);
            var end = await inbound.RunAsync(_draining.Token, cancellationToken);
            _log.InboundSessionEnded(caller.Peer.Uri, end);
            if (end is SessionEnd.Untrustworthy or SessionEnd.TooManyRefusals or SessionEnd.TooManyFrames)
            {
                await RejectAsync(tlsIdentity, end.ToString());
            }

            return (outcome, end);
        }
        finally
        {
            _current.TryRemove(KeyValuePair.Create(caller.Peer.Uri, inbound));
        }
    }

    /// <summary>
    /// Puts on record that a peer opened more sessions than it may; nothing of the session is read. Of a flood only as much is kept as a peer may
    /// cause refusals: evidence of each would fill the disk in the place of the sessions.
    /// </summary>
    public async Task<AdmissionOutcome> RefuseTooManyAsync(GatewayUri tlsIdentity)
    {
        ArgumentNullException.ThrowIfNull(tlsIdentity);
        if (_refusals.TryCount(tlsIdentity))
        {
            await RefuseAsync(tlsIdentity, AdmissionOutcome.TooManySessions);
        }

        return AdmissionOutcome.TooManySessions;
    }

    /// <summary>Asks every sender to move to another node or to come back later, and admits no more sessions.</summary>
    public void Drain() => _draining.Cancel();

    /// <summary>Asks every sender to move its session to a new connection to this node, as it must when our certificate was changed.</summary>
    public void AskToMove()
    {
        foreach (var (_, session) in _current.OrderBy(current => current.Key.ToString(), StringComparer.Ordinal))
        {
            session.AskToMove();
        }
    }

    /// <summary>Forgets the sessions.</summary>
    public void Dispose() => _draining.Dispose();

    // The epochs in the store fence the older session, whichever process it is in; this ends it without waiting for its next message.
    private void TakeOver(GatewayUri peer, InboundSession newer)
    {
        InboundSession? older = null;
        _current.AddOrUpdate(peer, newer, (_, current) =>
        {
            older = current;
            return newer;
        });
        older?.Supersede();
    }

    private async Task<SenderFrame?> ReadFirstAsync(IPeerCaller session, CancellationToken cancellationToken)
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
        catch (Exception unread) when (unread is InvalidDataException or IOException)
        {
            // No Hello: not understood, whatever else it was.
            return null;
        }
    }

    private async Task WriteWelcomeAsync(IPeerCaller session, ReceiverFrame welcome, CancellationToken cancellationToken)
    {
        using var stall = new CancellationTokenSource(_options.WriteTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellationToken);
        await session.WriteAsync(welcome, either.Token);
    }

    private Task RefuseAsync(GatewayUri identity, AdmissionOutcome outcome)
    {
        _log.SessionRefused(identity, outcome);
        return RejectAsync(identity, outcome.ToString());
    }

    private Task RejectAsync(GatewayUri identity, string reason) =>
        _evidence.AppendAsync(new EvidenceEvent(EventNames.SessionRejection, reason, _time.GetUtcNow(), identity.Provider, _own.Provider, "", 0, default));
}
