using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Delivery;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;
using Gateway.TestKit;
using DeliveryState = Gateway.Exchange.Outbox.DeliveryState;

namespace Gateway.Exchange.Tests.Nodes;

/// <summary>Alpha, which shares, and Beta, which receives.</summary>
internal sealed class TwoNodes : IAsyncDisposable
{
    public TwoNodes(NodeSetup? alpha = null, NodeSetup? beta = null)
    {
        Alpha = new TestNode(Providers.Alpha, [Providers.Beta], alpha);
        Beta = new TestNode(Providers.Beta, [Providers.Alpha], beta ?? alpha);
        Alpha.Wire.Target = Beta.Inbound;
    }

    public TestNode Alpha { get; }

    public TestNode Beta { get; }

    public static ChannelKey Channel => new("alpha", "beta", Some.AgreementId);

    /// <summary>Both sides take over the agreement.</summary>
    public TwoNodes Agreed(AgreementDocument? document = null)
    {
        var signed = Some.Signed(document ?? Some.Agreement(Providers.Alpha, Providers.Beta));
        Alpha.Agree(signed);
        Beta.Agree(signed);
        return this;
    }

    /// <summary>Alpha starts to connect.</summary>
    public TwoNodes Started()
    {
        Alpha.Links.Start();
        return this;
    }

    /// <summary>Binds a subscriber and shares the binding.</summary>
    public async Task<ShareMappingResponse> ShareAsync(string subscriber = "+82-10-5550-0001", string purpose = Some.Purpose)
    {
        var bound = await Alpha.Mappings.BindAsync(Some.Binding(subscriber), default);
        var shared = await Alpha.Mappings.ShareAsync(Some.Sharing(bound.Value!.BindingId, purpose), default);
        Assert.Equal(MappingOutcome.Done, shared.Outcome);
        return shared.Value!;
    }

    public async Task<DeliveryStatus> ReceiptedAsync(ShareMappingResponse shared) => await ReachedAsync(shared, DeliveryState.Receipted);

    public async Task<DeliveryStatus> ReachedAsync(ShareMappingResponse shared, DeliveryState state)
    {
        DeliveryStatus? status = null;
        await Eventually.BeTrueAsync(
            () => (status = Alpha.Store.FindDeliveryAsync(shared.MappingId.Memory, default).Result)?.State == state,
            $"the state {state} of a shared mapping");
        return status!;
    }

    public async Task<long> KeptAtBetaAsync() => await Beta.Store.CountKeptAsync(default);

    public async Task<MappingOutcome> LookUpAtBetaAsync(ShareMappingResponse shared) =>
        (await Beta.LookUp.FindAsync(new LookUpMappingRequest { Pseudonym = shared.Pseudonym, Purpose = Some.Purpose }, default)).Outcome;

    public async ValueTask DisposeAsync()
    {
        await Alpha.DisposeAsync();
        await Beta.DisposeAsync();
    }
}
