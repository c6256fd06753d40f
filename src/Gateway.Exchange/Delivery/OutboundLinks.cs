using Gateway.Exchange.Agreements;
using Gateway.Exchange.Ledgers;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Keys;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Delivery;

/// <summary>All outgoing links of a node, one task a peer: a slow or dead peer holds up nobody else.</summary>
public sealed class OutboundLinks : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ReceiptWatch _watch;
    private Task[] _running = [];

    /// <summary>Makes the links; none is dialled before <see cref="Start"/>.</summary>
    public OutboundLinks(
        PeerDirectory peers,
        IPeerChannel channel,
        IExchangeStore store,
        AgreementBook agreements,
        RecordProtection protection,
        OutboxSignal signal,
        SigningKey signing,
        VerificationKey ownSigner,
        DecryptionKey decryption,
        DeliveryOptions options,
        TimeProvider time,
        ILogger<OutboundLinks> log)
    {
        ArgumentNullException.ThrowIfNull(peers);
        ArgumentNullException.ThrowIfNull(agreements);
        ArgumentNullException.ThrowIfNull(signing);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate() is { Count: > 0 } findings)
        {
            throw new ArgumentException(string.Join(' ', findings), nameof(options));
        }

        var receipts = new ReceiptKeeper(store, decryption, ownSigner, time, log);
        var services = new SessionServices(
            store, new BatchBuilder(store, protection, signing, time), receipts, new StatementSealing(signing, decryption, time), signal, options, time);
        _watch = new ReceiptWatch(agreements, store, options, time, log);
        Links = [.. peers.All.Select(peer => new PeerLink(peer, channel, agreements, services, signing.Owner, log))];
    }

    /// <summary>One link a peer, in the order of the configuration.</summary>
    public IReadOnlyList<PeerLink> Links { get; }

    /// <summary>Starts all links.</summary>
    public void Start() =>
        _running = [_watch.RunAsync(_stopping.Token), .. Links.Select(link => link.RunAsync(_stopping.Token))];

    /// <summary>Makes parked links look again.</summary>
    public void Unpark()
    {
        foreach (var link in Links)
        {
            link.Unpark();
        }
    }

    /// <summary>Moves every session to a new connection, as it must when our certificate was changed; nothing is lost, doubled or reordered.</summary>
    public void HandOver()
    {
        foreach (var link in Links)
        {
            link.HandOver();
        }
    }

    /// <summary>Compares the ledger of every channel with its receiver's at once.</summary>
    public void Reconcile()
    {
        foreach (var link in Links)
        {
            link.Reconcile();
        }
    }

    /// <summary>Drains and ends all links.</summary>
    public async Task StopAsync()
    {
        _stopping.Cancel();
        await Task.WhenAll(_running);
    }

    /// <summary>The same as <see cref="StopAsync"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }
}
