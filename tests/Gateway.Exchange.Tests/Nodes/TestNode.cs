using System.Security.Cryptography;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Evidence;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;
using Gateway.Exchange.Peers;
using Gateway.Exchange.Pseudonyms;
using Gateway.Sealing.Keys;
using Gateway.Storage.Sqlite;
using Gateway.TestKit;
using Gateway.TestKit.Pki;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Exchange.Tests.Nodes;

/// <summary>One node with real keys and a real store; only the wire to its peers is in memory.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private NodeSetup _setup;
    private readonly KeyedDigest _secret = new(RandomNumberGenerator.GetBytes(32), "pseudonym");
    private readonly RecordVault _vault = new(RandomNumberGenerator.GetBytes(32));
    private readonly TempFolder _folder = new();
    private readonly TempFolder _agreements = new();
    private string[] _expectedErrors = [];

    public TestNode(TestProvider provider, IEnumerable<TestProvider> others, NodeSetup? setup = null)
    {
        _setup = setup ?? new NodeSetup();
        Provider = provider;
        Wire = new MemoryWire(provider.Uri);
        Peers = new PeerDirectory([.. others.Select(NodeSetup.PeerOf)]);
        Agreements = AgreementBook.Empty(provider.Uri.Provider);
        StorePath = _folder["exchange.db"];
        StoreOptions = new SqliteStoreOptions { Path = StorePath };
        _setup.Storage(StoreOptions);
        Store = OpenStore();
        Build();
    }

    public TestProvider Provider { get; }

    public MemoryWire Wire { get; }

    public PeerDirectory Peers { get; }

    public AgreementBook Agreements { get; }

    public CollectedLog Log { get; } = new();

    public string StorePath { get; }

    public SqliteStoreOptions StoreOptions { get; }

    public TimeProvider Time => _setup.Time;

    public SqliteExchangeStore Store { get; private set; }

    public MappingService Mappings { get; private set; } = null!;

    public MappingLookUp LookUp { get; private set; } = null!;

    public MappingCorrection Correction { get; private set; } = null!;

    public MappingErasure Erasure { get; private set; } = null!;

    public InboundSessions Inbound { get; private set; } = null!;

    public OutboundLinks Links { get; private set; } = null!;

    public OutboxSignal Signal { get; } = new();

    public RecordProtection Protection { get; private set; } = null!;

    public KeyedDigest Index { get; } = new(RandomNumberGenerator.GetBytes(32), "index");

    public PeerLink Link => Links.Links[0];

    /// <summary>Errors this test brings about on purpose, by event name. All others fail it.</summary>
    public void Expect(params string[] errorEvents) => _expectedErrors = errorEvents;

    /// <summary>Replaces the agreements by these files, which both parties signed.</summary>
    public void Agree(params string[] signedFiles)
    {
        foreach (var old in Directory.GetFiles(_agreements.Path))
        {
            File.Delete(old);
        }

        for (var i = 0; i < signedFiles.Length; i++)
        {
            File.WriteAllText(_agreements[$"{i}{AgreementFile.Extension}"], signedFiles[i]);
        }

        Assert.Empty(Agreements.Load(_agreements.Path, Signers));
    }

    public VerificationKey? Signers(ReadOnlyMemory<byte> keyIdentifier) => Provider.Signers(keyIdentifier) ?? Peers.Signer(keyIdentifier);

    /// <summary>Stops and starts again with the same store.</summary>
    public async Task RestartAsync(Func<IExchangeStore, IExchangeStore>? aroundStore = null)
    {
        _setup = aroundStore is null ? _setup : _setup with { AroundStore = aroundStore };
        await Links.DisposeAsync();
        await Store.DisposeAsync();
        Store = OpenStore();
        Build();
    }

    public async Task<IReadOnlyList<EvidenceEvent>> EvidenceAsync() => [.. (await Store.ReadAsync(1, 10_000, default)).Select(chained => chained.Event)];

    /// <summary>The reasons on record for one kind of event.</summary>
    public async Task<IReadOnlyList<string>> ReasonsAsync(string eventName) =>
        [.. (await EvidenceAsync()).Where(evidence => evidence.Name == eventName).Select(evidence => evidence.Reason)];

    public async ValueTask DisposeAsync()
    {
        await Links.DisposeAsync();
        Wire.Dispose();
        await Store.DisposeAsync();
        Inbound.Dispose();
        Index.Dispose();
        _secret.Dispose();
        _vault.Dispose();
        _folder.Dispose();
        _agreements.Dispose();
        Log.HasNoErrorsBut(_expectedErrors);
    }

    private SqliteExchangeStore OpenStore()
    {
        var opened = SqliteExchangeStore.Open(StoreOptions, NullLogger.Instance);
        Assert.True(opened.Store is not null, opened.Explanation);
        return opened.Store;
    }

    private void Build()
    {
        var store = _setup.AroundStore(Store);
        Protection = new RecordProtection(_vault);
        var factory = new MappingFactory(Provider.Uri.Provider, new PseudonymMaker(_secret), Protection, Index);
        Mappings = new MappingService(store, Agreements, factory, Protection, Index, Signal, Time);
        LookUp = new MappingLookUp(store, Protection, Index, Provider.Uri.Provider, Time);
        Correction = new MappingCorrection(store, Agreements, factory, Protection, Index, Signal, Time);
        Erasure = new MappingErasure(store, Agreements, factory, Signal, Time);
        Inbound = new InboundSessions(
            Peers, Agreements, store, Protection, Index, Provider.Signing, Provider.Decryption, _setup.Options, Time, Log.CreateLogger<InboundSessions>());
        Links = new OutboundLinks(
            Peers,
            _setup.Channel ?? Wire,
            store,
            Agreements,
            Protection,
            Signal,
            Provider.Signing,
            Provider.Verification,
            Provider.Decryption,
            _setup.Options,
            Time,
            Log.CreateLogger<OutboundLinks>());
    }
}
