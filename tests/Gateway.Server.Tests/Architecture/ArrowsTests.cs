using System.Reflection;

namespace Gateway.Server.Tests.Architecture;

public sealed class ArrowsTests
{
    /// <summary>Who may use whom. Storage reaches Sealing through Exchange's types only; the leaves reference nothing of ours.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Gateway.Contracts"] = [],
        ["Gateway.Sealing"] = [],
        ["Gateway.Deidentification"] = [],
        ["Gateway.Exchange"] = ["Gateway.Contracts", "Gateway.Sealing"],
        ["Gateway.Storage"] = ["Gateway.Exchange"],
        ["gateway"] = ["Gateway.Contracts", "Gateway.Deidentification", "Gateway.Exchange", "Gateway.Sealing", "Gateway.Storage"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_uses_only_what_its_arrows_allow(string project)
    {
        var used = References(project).Where(Allowed.ContainsKey);

        Assert.Empty(used.Except(Allowed[project]));
    }

    [Theory]
    [InlineData("Microsoft.ML.OnnxRuntime", "Gateway.Deidentification")]
    [InlineData("SkiaSharp", "Gateway.Deidentification")]
    [InlineData("System.Formats.Asn1", "Gateway.Sealing")]
    [InlineData("System.Security.Cryptography.Pkcs", "gateway")]
    [InlineData("Microsoft.Data.Sqlite", "Gateway.Storage")]
    [InlineData("Polly.Core", "Gateway.Exchange")]
    public void A_heavy_or_dangerous_dependency_stays_in_one_project(string dependency, string onlyIn)
    {
        var users = Allowed.Keys.Where(project => References(project).Contains(dependency));

        Assert.All(users, user => Assert.Equal(onlyIn, user));
    }

    private static List<string> References(string project) =>
        [.. Assembly.Load(project).GetReferencedAssemblies().Select(reference => reference.Name!)];
}
