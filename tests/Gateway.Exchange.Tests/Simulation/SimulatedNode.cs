using System.Security.Cryptography;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;
using Gateway.Exchange.Peers;
using Gateway.Exchange.Pseudonyms;
using Gateway.Exchange.Tests.Nodes;
using Gateway.Sealing.Keys;
using Gateway.Storage.Sqlite;
using Gateway.TestKit;
using Gateway.TestKit.Pki;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Exchange.Tests.Simulation;

/// <summary>A real gateway on simulated time, network and disk. Its power can go and come back.</summary>
internal sealed class SimulatedNode : IDisposable
{
    private readonly KeyedDigest _secret = new(RandomNumberGenerator.GetBytes(32), "pseudonym");
    private readonly RecordVault _vault = new(RandomNumberGenerator.GetBytes(32));
    public KeyedDigest Index { get; } = new(RandomNumberGenerator.GetBytes(32), "index");
    private readonly SimulatedNetwork _network;
    private readonly SeededGenerator _random;
    private readonly ManualTime _time;
    private readonly Faults _faults;
    private readonly PeerDirectory _peers;
    private readonly DeliveryOptions _options;
    private SimulatedDisk _disk = null!;

    public SimulatedNode(
        TestProvider provider,
        IEnumerable<TestProvider> others,
        string folder,
        DeliveryOptions options,
        SimulatedNetwork network,
        SeededGenerator random,
        ManualTime time,
        Faults faults)
    {
        Provider = provider;
        StorePath = Path.Combine(folder, provider.Uri.Provider, "exchange.db");
        _options = options;
        _network = network;
        _random = random;
        _time = time;
        _faults = faults;
        _peers = new PeerDirectory([.. others.Select(NodeSetup.PeerOf)]);
        Agreements = AgreementBook.Empty(provider.Uri.Provider);
    }

    public TestProvider Provider { get; }

    public string Name => Provider.Uri.Provider;

    public string StorePath { get; }

    public AgreementBook Agreements { get; }

    public CollectedLog Log { get; } = new();

    /// <summary>What is committed, whoever has heard of it.</summary>
    public SqliteExchangeStore Committed { get; private set; } = null!;

    public bool IsUp { get; private set; }

    public MappingService Mappings { get; private set; } = null!;

    public MappingCorrection Correction { get; private set; } = null!;

    public MappingErasure Erasure { get; private set; } = null!;

    public MappingLookUp LookUp { get; private set; } = null!;

    public InboundSessions Inbound { get; private set; } = null!;

    public OutboundLinks Links { get; private set; } = null!;

    public VerificationKey? Signers(ReadOnlyMemory<byte> keyIdentifier) => Provider.Signers(keyIdentifier) ?? _peers.Signer(keyIdentifier);

    public void PowerOn()
    {
        var opened = SqliteExchangeStore.Open(new SqliteStoreOptions { Path = StorePath }, NullLogger.Instance);
        Assert.True(opened.Store is not null, opened.Explanation);
        Committed = opened.Store;
        _disk = new SimulatedDisk(_random, _time, _faults);
        var store = new SimulatedStore(Committed, _disk);
        var protection = new RecordProtection(_vault);
        var signal = new OutboxSignal();
        var factory = new MappingFactory(Name, new PseudonymMaker(_secret), protection, Index);
        Mappings = new MappingService(store, Agreements, factory, protection, Index, signal, _time);
        Correction = new MappingCorrection(store, Agreements, factory, protection, Index, signal, _time);
        Erasure = new MappingErasure(store, Agreements, factory, signal, _time);
        LookUp = new MappingLookUp(store, protection, Index, Name, _time);
        Inbound = new InboundSessions(
            _peers, Agreements, store, protection, Index, Provider.Signing, Provider.Decryption, _options, _time, Log.CreateLogger<InboundSessions>());
        Links = new OutboundLinks(
            _peers,
            _network.From(Provider.Uri),
            store,
            Agreements,
            protection,
            signal,
            Provider.Signing,
            Provider.Verification,
            Provider.Decryption,
            _options,
            _time,
            Log.CreateLogger<OutboundLinks>());
        Links.Start();
        IsUp = true;
    }

    /// <summary>The power goes: nothing more is written or sent from this moment on, whatever the code of the node still does.</summary>
    public async Task LosePowerAsync()
    {
        IsUp = false;
        _disk.LosePower();
        _network.Cut(Name);
        await CloseAsync();
    }

    /// <summary>Stops as an operator stops it.</summary>
    public async Task StopAsync()
    {
        IsUp = false;
        Inbound.Drain();
        await Links.StopAsync();
        _network.Cut(Name);
        await CloseAsync();
    }

    public void FillUp(TimeSpan forSoLong) => _disk.FillUp(forSoLong);

    public void Dispose()
    {
        _secret.Dispose();
        _vault.Dispose();
        Index.Dispose();
        Log.Dispose();
    }

    private async Task CloseAsync()
    {
        await Links.DisposeAsync();
        Blocking.Run(async () =>
        {
            await Committed.DisposeAsync();
            return true;
        });
    }
}
