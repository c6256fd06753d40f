using System.Security.Cryptography;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;
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

/// <summary>One node with real keys and a real store; only the wire to its peer is in memory.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly KeyedDigest _index = new(RandomNumberGenerator.GetBytes(32), "index");
    private readonly KeyedDigest _secret = new(RandomNumberGenerator.GetBytes(32), "pseudonym");
    private readonly RecordVault _vault = new(RandomNumberGenerator.GetBytes(32));
    private readonly TempFolder _folder = new();

    public TestNode(TestProvider provider, TestProvider other, DeliveryOptions options, TimeProvider time)
    {
        Provider = provider;
        Wire = new MemoryWire(provider.Uri);
        Peers = new PeerDirectory([new Peer(other.Uri, new Uri("https://localhost:1"), other.Anchors, other.Verification, other.Encryption)]);
        Agreements = AgreementBook.Empty(provider.Uri.Provider);
        Options = options;
        Time = time;
        StorePath = _folder["exchange.db"];
        Store = OpenStore();
        Build();
    }

    public TestProvider Provider { get; }

    public MemoryWire Wire { get; }

    public PeerDirectory Peers { get; }

    public AgreementBook Agreements { get; }

    public DeliveryOptions Options { get; }

    public TimeProvider Time { get; }

    public string StorePath { get; }

    public SqliteExchangeStore Store { get; private set; }

    public MappingService Mappings { get; private set; } = null!;

    public MappingLookUp LookUp { get; private set; } = null!;

    public MappingErasure Erasure { get; private set; } = null!;

    public InboundSessions Inbound { get; private set; } = null!;

    public OutboundLinks Links { get; private set; } = null!;

    public RecordProtection Protection { get; private set; } = null!;

    public KeyedDigest Index => _index;

    /// <summary>Takes over an agreement that both parties signed.</summary>
    public void Agree(string signedFile)
    {
        File.WriteAllText(_folder["test" + AgreementFile.Extension], signedFile);
        var signers = Provider.Verification;
        var findings = Agreements.Load(_folder.Path, id => id.Span.SequenceEqual(signers.KeyIdentifier.Span) ? signers : Peers.Signer(id));
        Assert.Empty(findings);
    }

    /// <summary>Stops and starts again with the same store, as after a crash of the process.</summary>
    public async Task RestartAsync()
    {
        await Links.DisposeAsync();
        await Store.DisposeAsync();
        Store = OpenStore();
        Build();
    }

    public async ValueTask DisposeAsync()
    {
        await Links.DisposeAsync();
        Wire.Dispose();
        await Store.DisposeAsync();
        Inbound.Dispose();
        _index.Dispose();
        _secret.Dispose();
        _vault.Dispose();
        _folder.Dispose();
    }

    private SqliteExchangeStore OpenStore()
    {
        var opened = SqliteExchangeStore.Open(new SqliteStoreOptions { Path = StorePath }, NullLogger.Instance);
        Assert.True(opened.Store is not null, opened.Explanation);
        return opened.Store;
    }

    private void Build()
    {
        Protection = new RecordProtection(_vault);
        var factory = new MappingFactory(Provider.Uri.Provider, new PseudonymMaker(_secret), Protection, _index);
        var signal = new OutboxSignal();
        Mappings = new MappingService(Store, Agreements, factory, Protection, _index, signal, Time);
        LookUp = new MappingLookUp(Store, Protection, _index, Provider.Uri.Provider, Time);
        Erasure = new MappingErasure(Store, Agreements, factory, signal, Time);
        Inbound = new InboundSessions(
            Peers, Agreements, Store, Protection, _index, Provider.Signing, Provider.Decryption, Options, Time, NullLogger<InboundSessions>.Instance);
        Links = new OutboundLinks(
            Peers, Wire, Store, Agreements, Protection, signal, Provider.Signing, Provider.Verification, Provider.Decryption, Options, Time, NullLogger<OutboundLinks>.Instance);
    }
}
