using System.Text.RegularExpressions;
using Grpc.Core;

namespace Gateway.Server.Tests.Deidentification;

/// <summary>What every refusal to a backend must be: the documented status, a stable code in trailer and text, nothing internal.</summary>
internal static partial class Refusals
{
    private const string CodeTrailer = "gateway-code";

    public static async Task<RpcException> OfAsync(Func<Task> call, StatusCode status, string code)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(call);
        Is(refusal, status, code);
        return refusal;
    }

    public static void Is(RpcException? refusal, StatusCode status, string code)
    {
        Assert.NotNull(refusal);
        Assert.Equal((status, code), (refusal.StatusCode, CodeOf(refusal)));
        Assert.StartsWith(code + ": ", refusal.Status.Detail, StringComparison.Ordinal);
        TellsNothingInternal(refusal);
    }

    public static string? CodeOf(RpcException refusal) => refusal.Trailers.GetValue(CodeTrailer);

    public static void TellsNothingInternal(RpcException refusal)
    {
        Assert.DoesNotMatch(Internal(), refusal.Status.Detail);
        Assert.All(refusal.Trailers, trailer => Assert.Contains(trailer.Key, new[] { CodeTrailer, "content-length", "date" }));
    }

    // Stack frames, type names, paths, gateway URIs, identifiers of 16 bytes or more in hexadecimal.
    [GeneratedRegex(@"\n|\bat \w+\.|Exception|System\.|Gateway\.|Microsoft\.|Grpc\.|/\w+/|\w:\\|xvide:|[0-9a-fA-F]{16}")]
    private static partial Regex Internal();
}
