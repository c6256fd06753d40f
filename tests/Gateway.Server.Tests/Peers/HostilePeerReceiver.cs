using Gateway.Server.Configuration;
using Gateway.Server.Tests.Nodes;

namespace Gateway.Server.Tests.Peers;

/// <summary>Beta with short times, so that an attack ends while a test waits.</summary>
public sealed class HostilePeerReceiver : IAsyncLifetime
{
    internal static PeerLimitSettings Limits { get; } = new()
    {
        ConnectionsPerAddressMax = 24,
        StreamsPerConnectionMax = 8,
        SessionsPerMinuteMax = 100,
        ControlFramesPerSecondMax = 1_000,
        HandshakeTimeout = TimeSpan.FromSeconds(3),
        HeadersTimeout = TimeSpan.FromSeconds(2),
        IdleTimeout = TimeSpan.FromSeconds(4),
    };

    /// <summary>Uses up what it may open a minute; nobody else's session may depend on it.</summary>
    internal TestKit.Pki.TestProvider Flooder { get; } = new("xvide://delta/d1");

    /// <summary>Opens connections in one test only, so that none of another is counted.</summary>
    internal TestKit.Pki.TestProvider Crowd { get; } = new("xvide://epsilon/e1");

    /// <summary>Uses up the refusals of a peer.</summary>
    internal TestKit.Pki.TestProvider Garbler { get; } = new("xvide://zeta/z1");

    /// <summary>Tears its connection.</summary>
    internal TestKit.Pki.TestProvider Torn { get; } = new("xvide://eta/e1");

    internal RealNode Beta { get; } = new(Providers.Beta) { PeerLimits = Limits };

    public async ValueTask InitializeAsync() =>
        await Beta.WithPeer(Providers.Alpha, port: 1).WithPeer(Providers.Gamma, port: 1).WithPeer(Flooder, port: 1).WithPeer(Crowd, port: 1).WithPeer(Torn, port: 1).WithPeer(Garbler, port: 1).WithAgreement(Some.Signed(Some.Agreement())).StartedAsync();

    public ValueTask DisposeAsync() => Beta.DisposeAsync();
}
