using Gateway.TestKit.Pki;

namespace Gateway.Exchange.Tests.Nodes;

/// <summary>Three providers, made once: making keys is the slow part of these tests.</summary>
internal static class Providers
{
    public static TestProvider Alpha { get; } = new("xvide://alpha/a1");

    public static TestProvider Beta { get; } = new("xvide://beta/b1");

    public static TestProvider Gamma { get; } = new("xvide://gamma/c1");

    /// <summary>A second gateway of Alpha, under an authority of its own.</summary>
    public static TestProvider AlphaTwo { get; } = new("xvide://alpha/a2");

    /// <summary>The moment at which everything above is valid.</summary>
    public static DateTimeOffset Now => Alpha.Now;
}
