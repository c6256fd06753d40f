using System.Text.RegularExpressions;
using Gateway.Contracts.Identification.V1;
using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.Server.Tests.Processes;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Readme;

/// <summary>Runs alone: the README's commands work in the current folder and on fixed ports.</summary>
[CollectionDefinition(nameof(ReadmeTests), DisableParallelization = true)]
public sealed class ReadmeAlone;

[Collection(nameof(ReadmeTests))]
public sealed partial class ReadmeTests
{
    private const string RunProject = "dotnet run --project src/Gateway.Server --";

    [Fact]
    public async Task The_session_of_the_readme_works_as_written()
    {
        using var folder = new TempFolder();
        using var frame = DrawnScene.Standard().Frame();
        folder.Write("picture.jpg", new SkiaStillCodec().Encode(frame.Image, new StillTraits(StillFormat.Jpeg)));
        var blocks = ReadmeText.Blocks("sh").Where(block => !block.Contains("dotnet test", StringComparison.Ordinal)).ToArray();
        var beforeServing = Array.FindIndex(blocks, block => block.Contains("gateway doctor", StringComparison.Ordinal));

        Run(folder, blocks[..beforeServing]);
        using var alpha = new NodeProcess(folder["alpha.json"]);
        using var beta = new NodeProcess(folder["beta.json"]);
        await beta.StartAsync();
        await alpha.StartAsync();
        await RunBackendAsync(folder);
        Run(folder, blocks[beforeServing..]);

        Assert.True(File.Exists(folder["cleaned.jpg"]));
        Assert.True(File.Exists(folder["demo-out/evidence/receipt.p7"]));
        Assert.All(["alpha", "beta"], provider => Assert.Equal(0, GatewayProgram.Run(
            "verify", folder[$"demo-out/evidence/{provider}.evidence"], "--anchors", folder[$"demo-out/evidence/{provider}-root.crt"]).ExitCode));
    }

    [Fact]
    public void The_backend_of_the_readme_is_the_one_that_is_tested()
    {
        var tested = Marked().Match(File.ReadAllText(Repository.PathOf("tests", "Gateway.Server.Tests", "Readme", "ReadmeBackend.cs"))).Groups["text"].Value;

        Assert.Equal(WithoutIndent(tested), WithoutIndent(ReadmeText.Blocks("csharp").Single()));
    }

    [Fact]
    public void Every_test_the_readme_names_exists()
    {
        var named = TestNames().Matches(ReadmeText.Whole).Select(match => match.Groups["name"].Value).Where(name => !name.Contains('/', StringComparison.Ordinal)).ToArray();
        var files = Directory.EnumerateFiles(Repository.PathOf("tests"), "*.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).ToHashSet();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, files));
    }

    [Fact]
    public void Every_refusal_code_is_in_the_readme_and_no_other()
    {
        var thrown = Directory.EnumerateFiles(Repository.PathOf("src", "Gateway.Server"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => Codes().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["code"].Value)
            .Except(["NOT_AUTHENTICATED", "NOT_UNDERSTOOD", "PROTOCOL_BROKEN", "EXCHANGE_FRAME_TOO_LARGE", "TOO_MANY_SESSIONS", "TOO_MANY_REFUSALS", "TOO_MANY_FRAMES", "SESSION_BROKEN", "AGREEMENTS_NOT_LOADED"]) // to peers and operators, not to backends
            .Distinct()
            .Order();
        var table = ReadmeText.Whole[ReadmeText.Whole.IndexOf("## Refusal codes", StringComparison.Ordinal)..];
        var told = CodeCells().Matches(table).Select(match => match.Groups["code"].Value).Distinct().Order();

        Assert.Equal(thrown, told);
    }

    [Fact]
    public void The_test_command_of_the_readme_is_the_one_that_ci_runs()
    {
        var command = ReadmeText.Blocks("sh").Single(block => block.Contains("dotnet test", StringComparison.Ordinal)).Trim();

        Assert.Contains(command, File.ReadAllText(Repository.PathOf(".ci", "run")), StringComparison.Ordinal);
    }

    private static async Task RunBackendAsync(TempFolder folder)
    {
        var before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = folder.Path;
        try
        {
            ShareMappingResponse shared = await ReadmeBackend.RunAsync();
            Assert.Equal(16, shared.MappingId.Length);
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    private static void Run(TempFolder folder, string[] blocks)
    {
        var script = $"set -e\ncd '{folder.Path}'\ngateway() {{ dotnet '{GatewayProgram.Path}' \"$@\"; }}\n"
            + string.Concat(blocks).Replace(RunProject, "gateway", StringComparison.Ordinal);
        var result = ForeignTool.Run("bash", "-c", script);

        Assert.True(result.ExitCode == 0, result.ToString());
    }

    private static string WithoutIndent(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex(@"// README begins\n(?<text>.*?)// README ends", RegexOptions.Singleline)]
    private static partial Regex Marked();

    [GeneratedRegex(@"`(?<name>[A-Za-z/*]+Tests)`")]
    private static partial Regex TestNames();

    [GeneratedRegex(@"""(?<code>[A-Z]{3,}(_[A-Z]+)+)""")]
    private static partial Regex Codes();

    [GeneratedRegex(@"`(?<code>[A-Z]{3,}(_[A-Z]+)+)`")]
    private static partial Regex CodeCells();
}
