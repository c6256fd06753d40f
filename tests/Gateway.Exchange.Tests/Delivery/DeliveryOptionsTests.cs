using Gateway.Exchange.Delivery;
using Gateway.Exchange.Inbox;
using Gateway.Exchange.Tests.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Exchange.Tests.Delivery;

public sealed class DeliveryOptionsTests
{
    private static readonly DeliveryOptions Wrong = new()
    {
        Credit = 0,
        SilenceMax = TimeSpan.FromSeconds(5),
        Linger = TimeSpan.FromMinutes(1),
        ReconnectDelay = TimeSpan.FromMinutes(5),
        WriteTimeout = TimeSpan.Zero,
    };

    [Fact]
    public void The_defaults_hold()
    {
        Assert.Empty(new DeliveryOptions().Validate());
    }

    [Fact]
    public void Every_finding_is_told_at_once_and_names_its_setting()
    {
        var findings = Wrong.Validate();

        Assert.Equal(
            ["Delivery:WriteTimeout", "Delivery:Linger", "Delivery:Credit", "Delivery:ReconnectDelay", "Delivery:SilenceMax"],
            findings.Select(finding => finding.Split(' ')[0]));
    }

    [Fact]
    public void Nothing_is_built_with_options_that_do_not_hold()
    {
        var refused = Assert.Throws<ArgumentException>(() => new InboundSessions(
            null!, null!, null!, null!, null!, Providers.Beta.Signing, null!, Wrong, TimeProvider.System, NullLogger<InboundSessions>.Instance));

        Assert.Contains("Delivery:Credit", refused.Message, StringComparison.Ordinal);
    }
}
