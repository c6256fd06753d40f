using Gateway.Exchange.Mappings;
using Gateway.Exchange.Peers;
using Gateway.Exchange.Tests.Nodes;
using Gateway.TestKit;
using DeliveryState = Gateway.Exchange.Outbox.DeliveryState;

namespace Gateway.Exchange.Tests.Delivery;

public sealed class StalledPeerTests
{
    private const string WithBeta = "with-beta";
    private const string WithGamma = "with-gamma";

    [Fact]
    public async Task A_peer_that_does_not_read_holds_up_nobody_else_and_takes_no_more_than_its_credit()
    {
        const int Healthy = 60;
        var stalled = new HandReceiver();
        await using var beta = new TestNode(Providers.Beta, [Providers.Alpha]);
        using var wire = new MemoryWire(Providers.Alpha.Uri) { Target = beta.Inbound };
        await using var alpha = new TestNode(
            Providers.Alpha, [Providers.Beta, Providers.Gamma], new NodeSetup { Channel = new ByPeer(peer => peer.Uri.Provider == "beta" ? wire : stalled) });
        var (one, other) = (Some.Agreement() with { Id = WithBeta }, Some.Agreement(Providers.Alpha, Providers.Gamma) with { Id = WithGamma });
        beta.Agree(Some.Signed(one));
        alpha.Agree(Some.Signed(one), Some.Signed(other, Providers.Alpha, Providers.Gamma));
        alpha.Links.Start();
        var session = await stalled.NextAsync();
        await session.WelcomeAsync(welcome => welcome.GatewayUri = Providers.Gamma.Uri.ToString());
        session.DoesNotRead = true;

        for (var i = 0; i < Healthy; i++)
        {
            await ShareAsync(alpha, WithGamma, i);
            await ReceiptedAsync(alpha, await ShareAsync(alpha, WithBeta, i));
        }

        Assert.Equal(Healthy, await beta.Store.CountKeptAsync(default));
        Assert.Equal(Healthy, await alpha.Store.CountOpenAsync("gamma", default));

        // One write is stuck; what follows was not even sealed.
        var channel = await alpha.Store.GetChannelAsync(new Gateway.Exchange.Delivery.ChannelKey("alpha", "gamma", WithGamma), default);
        Assert.InRange(channel.LastSequence, 1, 4);
    }

    private static async Task<ReadOnlyMemory<byte>> ShareAsync(TestNode node, string agreement, int number)
    {
        var bound = await node.Mappings.BindAsync(Some.Binding($"+82-10-5550-{number:D4}"), default);
        var shared = await node.Mappings.ShareAsync(Some.Sharing(bound.Value!.BindingId, agreement: agreement), default);
        Assert.Equal(MappingOutcome.Done, shared.Outcome);
        return shared.Value!.MappingId.Memory;
    }

    private static Task ReceiptedAsync(TestNode node, ReadOnlyMemory<byte> mappingId) => Eventually.BeTrueAsync(
        () => node.Store.FindDeliveryAsync(mappingId, default).Result?.State == DeliveryState.Receipted, "the receipt of the healthy peer");

    private sealed class ByPeer(Func<Peer, IPeerChannel> channels) : IPeerChannel
    {
        public Task<IPeerSession> OpenAsync(Peer peer, CancellationToken cancellationToken) => channels(peer).OpenAsync(peer, cancellationToken);
    }
}
