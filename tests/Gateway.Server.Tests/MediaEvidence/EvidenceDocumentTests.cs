using System.Text.RegularExpressions;
using Gateway.TestKit;
using Gateway.TestKit.Pki;

namespace Gateway.Server.Tests.MediaEvidence;

/// <summary>The commands of <c>deploy/EVIDENCE.md</c>, run as they stand there by a shell with OpenSSL and nothing of ours.</summary>
public sealed partial class EvidenceDocumentTests : IDisposable
{
    private static readonly TestProvider Alpha = new("xvide://alpha/a1");

    private readonly KeptStream _stream = new(Alpha, frames: 11);

    public void Dispose() => _stream.Dispose();

    [Fact]
    public async Task OpenSsl_finds_the_frame_under_the_signed_root()
    {
        await PrepareAsync();

        var result = Shell();

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("frame 3 is under the signed root", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("frame-3/frame.record", 20)]
    [InlineData("frame-3/root.p7", 120)]
    [InlineData("released/3.frame", 5)]
    public async Task And_does_not_where_one_byte_is_another(string file, int place)
    {
        await PrepareAsync();
        var bytes = await File.ReadAllBytesAsync(_stream[file]);
        bytes[place] ^= 1;
        await File.WriteAllBytesAsync(_stream[file], bytes);

        Assert.NotEqual(0, Shell().ExitCode);
    }

    private async Task PrepareAsync()
    {
        ForeignTool.Require("openssl", "version");
        File.Copy(_stream.Anchors, _stream["alpha-root.crt"]);
        var result = await InProcess.RunAsync("evidence", "frame", _stream.Write(), _stream["frame-3.evidence"], "--frame", "3", "--parts", _stream["frame-3"]);
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    private ToolResult Shell()
    {
        var document = File.ReadAllText(Repository.PathOf("deploy", "EVIDENCE.md"));
        var commands = string.Concat(Blocks().Matches(document[document.IndexOf("## With OpenSSL", StringComparison.Ordinal)..]).Select(block => block.Groups["text"].Value));
        return ForeignTool.Run("bash", "-c", $"set -euo pipefail; cd '{Path.GetDirectoryName(_stream["x"])}'; {commands}");
    }

    [GeneratedRegex("```sh\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
