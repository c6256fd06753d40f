using System.Text.RegularExpressions;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Readme;

/// <summary>The README, cut into what a test can hold it to.</summary>
internal static partial class ReadmeText
{
    public static string Whole { get; } = File.ReadAllText(Repository.PathOf("README.md"));

    /// <summary>The blocks of a language, in order.</summary>
    public static IReadOnlyList<string> Blocks(string language) =>
        [.. Fences().Matches(Whole).Where(fence => fence.Groups["language"].Value == language).Select(fence => fence.Groups["text"].Value)];

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fences();
}
