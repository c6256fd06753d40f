using System.Text.RegularExpressions;
using Gateway.Server.Tests.Processes;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Proofs;

public sealed partial class ExchangeEvidenceDocumentTests(EvidencePair pair) : IClassFixture<EvidencePair>
{
    [Fact]
    public void Every_command_of_the_document_runs_as_written_and_finds_that_everything_holds()
    {
        ForeignTool.Require("openssl", "version");
        var document = File.ReadAllText(Repository.PathOf("deploy", "exchange-evidence.md"));
        var blocks = Shell().Matches(document).Select(block => block.Groups["text"].Value).ToArray();
        var script = $"set -euo pipefail\ncd '{pair.Folder.Path}'\nmapping={pair.MappingId}\ngateway() {{ dotnet '{GatewayProgram.Path}' \"$@\"; }}\n" + string.Concat(blocks);

        var result = ForeignTool.Run("bash", "-c", script);

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.True(blocks.Length >= 10, "the document has fewer commands than it had");
        Assert.Equal(4, Regex.Count(result.Output, "Everything that was checked holds."));
        Assert.Contains("of the 5 under the Merkle root", result.Output, StringComparison.Ordinal);
        Assert.Contains("Verified OK", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("failure", result.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex(@"^```sh\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Shell();
}
