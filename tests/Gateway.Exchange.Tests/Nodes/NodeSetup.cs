using Gateway.Exchange.Delivery;
using Gateway.Exchange.Peers;
using Gateway.Storage.Sqlite;
using Gateway.TestKit.Pki;

namespace Gateway.Exchange.Tests.Nodes;

/// <summary>What may differ between the nodes of tests.</summary>
internal sealed record NodeSetup
{
    /// <summary>Short pauses, so that a test of a broken session takes milliseconds.</summary>
    public static DeliveryOptions QuickOptions { get; } = new()
    {
        ReconnectDelay = TimeSpan.FromMilliseconds(20),
        ReconnectDelayMax = TimeSpan.FromMilliseconds(200),
        ParkedPause = TimeSpan.FromSeconds(30),
        Linger = TimeSpan.Zero,
    };

    public DeliveryOptions Options { get; init; } = QuickOptions;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Changes the store's options before it is opened.</summary>
    public Action<SqliteStoreOptions> Storage { get; init; } = _ => { };

    /// <summary>Stands between the node and its store, to let single operations fail.</summary>
    public Func<IExchangeStore, IExchangeStore> AroundStore { get; init; } = store => store;

    /// <summary>Replaces the wire to the peer.</summary>
    public IPeerChannel? Channel { get; init; }

    public static Peer PeerOf(TestProvider provider) =>
        new(provider.Uri, new Uri("https://localhost:1"), provider.Anchors, provider.Verification, provider.Encryption);
}
