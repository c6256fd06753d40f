using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;
using Gateway.TestKit;
using Gateway.TestKit.Pki;
using DeliveryState = Gateway.Exchange.Outbox.DeliveryState;

namespace Gateway.Exchange.Tests.Nodes;

/// <summary>Alpha, which shares, and Beta, which receives.</summary>
internal sealed class TwoNodes : IAsyncDisposable
{
    public static readonly TestProvider AlphaProvider = new("xvide://alpha/a1");
    public static readonly TestProvider BetaProvider = new("xvide://beta/b1");

    private static readonly DeliveryOptions Quick = new()
    {
        ReconnectDelay = TimeSpan.FromMilliseconds(20),
        ReconnectDelayMax = TimeSpan.FromMilliseconds(200),
    };

    public TwoNodes(DeliveryOptions? options = null, TimeProvider? time = null)
    {
        Alpha = new TestNode(AlphaProvider, BetaProvider, options ?? Quick, time ?? TimeProvider.System);
        Beta = new TestNode(BetaProvider, AlphaProvider, options ?? Quick, time ?? TimeProvider.System);
        Alpha.Wire.Target = Beta.Inbound;
    }

    public TestNode Alpha { get; }

    public TestNode Beta { get; }

    public static ChannelKey Channel => new("alpha", "beta", Some.AgreementId);

    /// <summary>Both sides take over the agreement; Alpha starts to connect.</summary>
    public TwoNodes Agreed(DateTimeOffset? validUntil = null)
    {
        var signed = Some.Signed(Some.Agreement(AlphaProvider, BetaProvider, validUntil), AlphaProvider, BetaProvider);
        Alpha.Agree(signed);
        Beta.Agree(signed);
        return this;
    }

    public TwoNodes Started()
    {
        Alpha.Links.Start();
        return this;
    }

    /// <summary>Binds a subscriber and shares the binding.</summary>
    public async Task<ShareMappingResponse> ShareAsync(string subscriber = "+82-10-5550-0001")
    {
        var bound = await Alpha.Mappings.BindAsync(Some.Binding(subscriber), default);
        var shared = await Alpha.Mappings.ShareAsync(Some.Sharing(bound.Value!.BindingId), default);
        Assert.Equal(MappingOutcome.Done, shared.Outcome);
        return shared.Value!;
    }

    public async Task<DeliveryStatus> ReceiptedAsync(ShareMappingResponse shared)
    {
        DeliveryStatus? status = null;
        await Eventually.BeTrueAsync(
            () => (status = Alpha.Store.FindDeliveryAsync(shared.MappingId.Memory, default).Result)?.State == DeliveryState.Receipted,
            "the receipt of a shared mapping");
        return status!;
    }

    public async ValueTask DisposeAsync()
    {
        await Alpha.DisposeAsync();
        await Beta.DisposeAsync();
    }
}
