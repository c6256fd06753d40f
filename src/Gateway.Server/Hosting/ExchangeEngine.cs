using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;
using Gateway.Exchange.Peers;
using Gateway.Exchange.Pseudonyms;
using Gateway.Sealing.Certificates;
using Gateway.Server.Configuration;
using Gateway.Storage.Sqlite;

namespace Gateway.Server.Hosting;

/// <summary>The exchange half of a node: store, agreements, peers, links out and sessions in.</summary>
internal sealed class ExchangeEngine : IAsyncDisposable
{
    public ExchangeEngine(GatewayUri own, NodeKeys keys, SqliteExchangeStore store, PeerDirectory peers, GatewayConfiguration configuration, TimeProvider time, ILoggerFactory loggers)
    {
        Store = store;
        Peers = peers;
        Agreements = AgreementBook.Empty(own.Provider);
        Reload = new AgreementReload(Agreements, configuration.Node.AgreementsFolder, keys.Signer, peers);
        var protection = new RecordProtection(keys.Vault);
        var factory = new MappingFactory(own.Provider, new PseudonymMaker(keys.Pseudonyms), protection, keys.Index);
        var signal = new OutboxSignal();
        var options = Options(configuration.Delivery);
        Mappings = new MappingService(store, Agreements, factory, protection, keys.Index, signal, time);
        LookUp = new MappingLookUp(store, protection, keys.Index, own.Provider, time);
        Proving = new MappingProving(store, protection, own.Provider, time);
        AgreementWatch = new AgreementWatch(Agreements, store, time);
        Evidence = new EvidenceExport(store, keys.Signing, time);
        Correction = new MappingCorrection(store, Agreements, factory, protection, keys.Index, signal, time);
        Erasure = new MappingErasure(store, Agreements, factory, signal, time);
        Inbound = new InboundSessions(
            peers, Agreements, store, protection, keys.Index, keys.Signing, keys.Decryption, options, time, loggers.CreateLogger<InboundSessions>());
        Links = new OutboundLinks(
            peers, new GrpcPeerChannel(keys.Tls, time), store, Agreements, protection, signal, keys.Signing, keys.Signer, keys.Decryption, options, time, loggers.CreateLogger<OutboundLinks>());
    }

    public SqliteExchangeStore Store { get; }

    public PeerDirectory Peers { get; }

    public AgreementBook Agreements { get; }

    public AgreementReload Reload { get; }

    public MappingService Mappings { get; }

    public MappingLookUp LookUp { get; }

    public MappingProving Proving { get; }

    public AgreementWatch AgreementWatch { get; }

    public EvidenceExport Evidence { get; }

    public MappingCorrection Correction { get; }

    public MappingErasure Erasure { get; }

    public InboundSessions Inbound { get; }

    public OutboundLinks Links { get; }

    /// <summary>Links first, so that receipts on their way are still kept; the store last.</summary>
    public async ValueTask DisposeAsync()
    {
        await Links.DisposeAsync();
        Inbound.Dispose();
        AgreementWatch.Dispose();
        await Store.DisposeAsync();
    }

    private static DeliveryOptions Options(DeliverySettings settings) => new()
    {
        ConnectTimeout = settings.ConnectTimeout,
        ReconnectDelayMax = settings.ReconnectDelayMax,
        DrainTimeout = settings.DrainTimeout,
        ReceiptTimeout = settings.ReceiptTimeout,
        ReconnectDelay = settings.ReconnectDelay,
        Credit = settings.Credit,
        HeartbeatInterval = settings.HeartbeatInterval,
        SilenceMax = settings.SilenceMax,
        ReconcileInterval = settings.ReconcileInterval,
        Linger = settings.Linger,
    };
}
