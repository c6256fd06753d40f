using Gateway.Exchange.Tests.Nodes;

namespace Gateway.Exchange.Tests.Inbox;

/// <summary>Beta as a receiver that knows Alpha and Gamma and has an agreement with Alpha.</summary>
internal static class Receiver
{
    public static TestNode Node(NodeSetup? setup = null)
    {
        var node = new TestNode(Providers.Beta, [Providers.Alpha, Providers.Gamma], setup);
        node.Agree(Some.Signed(Some.Agreement()));
        return node;
    }
}
