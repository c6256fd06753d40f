using Gateway.TestKit;

namespace Gateway.Server.Tests.Processes;

/// <summary>The reversible mode as an operator uses it.</summary>
public sealed class OriginalsCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public OriginalsCommandTests()
    {
        GatewayProgram.Run("certs", "init", "xvide://alpha/a1", "--out", _folder["keys"]);
        GatewayProgram.Run("certs", "init", "xvide://beta/b1", "--out", _folder["keys"]);
        File.WriteAllText(_folder["face.jpg"], "the original");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_original_is_sealed_for_a_named_recipient_who_alone_opens_it()
    {
        var sealing = Seal("--reversible");
        var opening = Open("beta", "back.jpg", "--reversible");
        var stranger = Open("alpha", "stranger.jpg", "--reversible");

        Assert.True(sealing.ExitCode == 0, sealing.ToString());
        Assert.Contains("KEYED_REVERSIBLE", sealing.Output, StringComparison.Ordinal);
        Assert.True(opening.ExitCode == 0, opening.ToString());
        Assert.Equal("the original", File.ReadAllText(_folder["back.jpg"]));
        Assert.Equal(1, stranger.ExitCode);
        Assert.False(File.Exists(_folder["stranger.jpg"]));
    }

    [Fact]
    public void Neither_way_works_without_saying_that_it_is_reversible()
    {
        var sealing = Seal();
        var opening = Open("beta", "back.jpg");

        Assert.All([sealing, opening], refused => Assert.Equal(1, refused.ExitCode));
        Assert.All([sealing, opening], refused => Assert.Contains("--reversible", refused.Error, StringComparison.Ordinal));
        Assert.False(File.Exists(_folder["face.gwo"]));
    }

    private ToolResult Seal(params string[] more) => GatewayProgram.Run([
        "originals", "seal", _folder["face.jpg"], _folder["face.gwo"], "--keys", _folder["keys/alpha"],
        "--recipient", _folder["keys/beta/public/decryption.crt"], "--anchors", _folder["keys/beta/public/root.crt"], "--purpose", "lawful-request", .. more]);

    private ToolResult Open(string recipient, string target, params string[] more) => GatewayProgram.Run([
        "originals", "open", _folder["face.gwo"], _folder[target], "--keys", _folder[$"keys/{recipient}"],
        "--sender", _folder["keys/alpha/public/signing.crt"], "--anchors", _folder["keys/alpha/public/root.crt"], .. more]);
}
