using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Mappings;
using Gateway.Exchange.Outbox;
using Gateway.Exchange.Tests.Nodes;
using Gateway.TestKit;
using DeliveryState = Gateway.Exchange.Outbox.DeliveryState;

namespace Gateway.Exchange.Tests.Delivery;

/// <summary>Alpha as a sender, whose peer is played by hand.</summary>
internal sealed class Sender : IAsyncDisposable
{
    public Sender(NodeSetup? setup = null, AgreementDocument? agreement = null)
    {
        Node = new TestNode(Providers.Alpha, [Providers.Beta], (setup ?? new NodeSetup()) with { Channel = Peer });
        Node.Agree(Some.Signed(agreement ?? Some.Agreement()));
    }

    public HandReceiver Peer { get; } = new();

    public TestNode Node { get; }

    public Sender Started()
    {
        Node.Links.Start();
        return this;
    }

    /// <summary>Starts and takes the first session up to its Welcome.</summary>
    public async Task<HandSession> ConnectedAsync(Action<Welcome>? welcome = null)
    {
        Started();
        var session = await Peer.NextAsync();
        await session.WelcomeAsync(welcome);
        return session;
    }

    public async Task<ShareMappingResponse> ShareAsync(string subscriber = "+82-10-5550-0001", string agreement = Some.AgreementId)
    {
        var bound = await Node.Mappings.BindAsync(Some.Binding(subscriber), default);
        var shared = await Node.Mappings.ShareAsync(Some.Sharing(bound.Value!.BindingId, agreement: agreement), default);
        Assert.Equal(MappingOutcome.Done, shared.Outcome);
        return shared.Value!;
    }

    public async Task<DeliveryStatus> ReachedAsync(ShareMappingResponse shared, DeliveryState state)
    {
        DeliveryStatus? status = null;
        await Eventually.BeTrueAsync(
            () => (status = Node.Store.FindDeliveryAsync(shared.MappingId.Memory, default).Result)?.State == state, $"the state {state} of a shared mapping");
        return status!;
    }

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
