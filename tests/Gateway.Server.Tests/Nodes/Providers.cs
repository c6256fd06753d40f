using Gateway.TestKit.Pki;

namespace Gateway.Server.Tests.Nodes;

/// <summary>The providers of these tests. Making keys takes time, so every test uses the same.</summary>
internal static class Providers
{
    public static TestProvider Alpha { get; } = new("xvide://alpha/a1");

    public static TestProvider Beta { get; } = new("xvide://beta/b1");

    public static TestProvider Gamma { get; } = new("xvide://gamma/g1");

    public static DateTimeOffset Now => Alpha.Now;
}
