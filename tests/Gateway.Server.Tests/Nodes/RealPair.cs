using Gateway.Contracts.Identification.V1;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Nodes;

/// <summary>Alpha, which shares, and Beta, which receives: two whole nodes under one agreement.</summary>
public sealed class RealPair : IAsyncLifetime
{
    internal RealNode Alpha { get; } = new(Providers.Alpha);

    internal RealNode Beta { get; } = new(Providers.Beta);

    /// <summary>When set before the start, Alpha reaches Beta through it.</summary>
    internal TcpProxy? Between { get; set; }

    public async ValueTask InitializeAsync()
    {
        var signed = Some.Signed(Some.Agreement());
        var document = Some.Agreement();
        Alpha.WithAgreement(Some.Signed(document with { Id = Some.EndedAgreementId, ValidUntil = Providers.Now.AddDays(-1) }), "ended");
        Alpha.WithAgreement(Some.Signed(document with { Id = Some.LaterAgreementId, ValidFrom = Providers.Now.AddDays(1) }), "later");
        await Beta.WithPeer(Providers.Alpha, Alpha.PeerPort).WithAgreement(signed).StartedAsync();
        await Alpha.WithPeer(Providers.Beta, Between?.Port ?? Beta.PeerPort).WithAgreement(signed).StartedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Alpha.DisposeAsync();
        await Beta.DisposeAsync();
        Between?.Dispose();
    }

    /// <summary>Waits until a mapping of Alpha has Beta's receipt.</summary>
    internal static async Task<GetDeliveryResponse> ReceiptedAsync(Identification.IdentificationClient alpha, ShareMappingResponse shared)
    {
        var request = new GetDeliveryRequest { MappingId = shared.MappingId };
        await Eventually.BeTrueAsync(() => alpha.GetDelivery(request).State == DeliveryState.Receipted, "the receipt of a shared mapping");
        return await alpha.GetDeliveryAsync(request);
    }

    /// <summary>Waits until nothing in the outbox of a node is without its receipt.</summary>
    internal static Task DrainedAsync(RealNode node) =>
        Eventually.BeTrueAsync(() => node.Node.Exchange.Store.CountOpenAsync(null, default).Result == 0, "the last receipt of everything that was shared");
}
