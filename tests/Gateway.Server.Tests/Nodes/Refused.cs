using System.Text.RegularExpressions;
using Grpc.Core;

namespace Gateway.Server.Tests.Nodes;

/// <summary>Looks at refusals as a caller does: status, stable code, and that nothing internal came with them.</summary>
internal static partial class Refused
{
    /// <summary>The refusal of a call that must be refused, with everything a caller can see of it.</summary>
    public static async Task<RpcException> ByAsync(Func<Task> call)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(call);
        Assert.DoesNotMatch(Internal(), Seen(refused));
        Assert.DoesNotContain(Some.Subscriber, Seen(refused), StringComparison.Ordinal);
        return refused;
    }

    public static async Task WithAsync(StatusCode status, string code, Func<Task> call)
    {
        var refused = await ByAsync(call);

        Assert.Equal((status, code), (refused.StatusCode, CodeOf(refused)));
    }

    public static string? CodeOf(RpcException refused) => refused.Trailers.GetValue("gateway-code");

    /// <summary>Everything of a refusal that a caller can see, but for the clock of the server.</summary>
    public static string Seen(RpcException refused) => refused.Status.StatusCode + "\n" + refused.Status.Detail
        + string.Concat(refused.Trailers.Where(trailer => !trailer.IsBinary && trailer.Key != "date").Select(trailer => $"\n{trailer.Key}: {trailer.Value}"));

    // Paths, type names, stack frames, and anything long enough in hexadecimal to be an identifier.
    [GeneratedRegex(@"/tmp|/work|/home|\.cs\b|\.db\b|\.key\b|Exception|Gateway\.|System\.|Microsoft\.|   at |[0-9a-fA-F]{16}")]
    private static partial Regex Internal();
}
