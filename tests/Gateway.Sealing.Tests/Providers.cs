using Gateway.TestKit.Pki;

namespace Gateway.Sealing.Tests;

/// <summary>Three providers, made once: making keys is the slow part of these tests.</summary>
internal static class Providers
{
    public static TestProvider Alpha { get; } = new("xvide://alpha/a1");

    public static TestProvider Beta { get; } = new("xvide://beta/b1");

    public static TestProvider Gamma { get; } = new("xvide://gamma/c1");
}
