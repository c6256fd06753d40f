using Gateway.Deidentification.Drawing;
using Gateway.Deidentification.Media;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Processes;

/// <summary>Originals of masked regions, sealed by an operator who asked for it and opened by the recipient alone.</summary>
public sealed class SealedRegionTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public SealedRegionTests()
    {
        GatewayProgram.Run("certs", "init", "xvide://alpha/a1", "--out", _folder["keys"]);
        GatewayProgram.Run("certs", "init", "xvide://beta/b1", "--out", _folder["keys"]);
        using var frame = DrawnScene.Standard().Frame();
        File.WriteAllBytes(_folder["in.png"], new SkiaStillCodec().Encode(frame.Image, new StillTraits(StillFormat.Png)));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_masked_region_comes_back_pixel_for_pixel_to_the_recipient_and_to_nobody_else()
    {
        var run = Deidentify([.. Terms(), "--reversible"]);
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains("KEYED_REVERSIBLE", run.Output, StringComparison.Ordinal);

        var verified = GatewayProgram.Run("verify", _folder["out.png.record.p7"], "--media", _folder["out.png"], "--anchors", _folder["keys/alpha/public/root.crt"]);
        Assert.True(verified.ExitCode == 0, verified.ToString());
        Assert.Contains("REVERSIBLE: the original of region 1", verified.Output, StringComparison.Ordinal);
        Assert.Contains("out.png.region-01.sealed is that sealed original", verified.Output, StringComparison.Ordinal);

        var opened = Open("beta", "back.png");
        Assert.True(opened.ExitCode == 0, opened.ToString());
        Assert.Equal(1, Open("alpha", "mine.png").ExitCode);
        Assert.True(IsPartOf(_folder["back.png"], _folder["in.png"]), "the sealed original is no part of the image that came in");
        Assert.False(IsPartOf(_folder["back.png"], _folder["out.png"]), "the output shows the original");
    }

    [Fact]
    public void A_sealed_original_that_was_exchanged_does_not_hold()
    {
        Assert.Equal(0, Deidentify([.. Terms(), "--reversible"]).ExitCode);
        File.WriteAllBytes(_folder["out.png.region-01.sealed"], [1, 2, 3]);

        var verified = GatewayProgram.Run("verify", _folder["out.png.record.p7"], "--media", _folder["out.png"], "--anchors", _folder["keys/alpha/public/root.crt"]);

        Assert.Equal(1, verified.ExitCode);
        Assert.Contains("DOES NOT HOLD out.png.region-01.sealed", verified.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_wish_is_refused_and_leaves_nothing()
    {
        var silent = Deidentify(Terms());
        var forNobody = Deidentify("--reversible");
        var unsigned = GatewayProgram.Run(["deidentify", _folder["in.png"], _folder["out.png"], .. Terms(), "--reversible"]);
        var weak = Deidentify([.. Terms(), "--reversible", "--technique", "Mosaic"]);

        Assert.All([silent, forNobody, unsigned, weak], refused => Assert.Equal(1, refused.ExitCode));
        Assert.Contains("say --reversible", silent.Error, StringComparison.Ordinal);
        Assert.Contains("--recipient", forNobody.Error, StringComparison.Ordinal);
        Assert.Contains("--keys", unsigned.Error, StringComparison.Ordinal);
        Assert.Contains("OutsideFill", weak.Error, StringComparison.Ordinal);
        Assert.Equal(["in.png"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Sealed_originals_of_an_earlier_run_are_not_lost_without_a_word()
    {
        File.WriteAllText(_folder["out.png.region-99.sealed"], "kept");

        var kept = Deidentify([.. Terms(), "--reversible"]);
        var replaced = Deidentify([.. Terms(), "--reversible", "--overwrite"]);

        Assert.Equal(1, kept.ExitCode);
        Assert.Contains("earlier run", kept.Error, StringComparison.Ordinal);
        Assert.True(replaced.ExitCode == 0, replaced.ToString());
        Assert.False(File.Exists(_folder["out.png.region-99.sealed"]));
    }

    [Fact]
    public void Without_the_wish_nothing_is_sealed_and_the_record_says_irreversible()
    {
        Assert.Equal(0, Deidentify().ExitCode);

        var verified = GatewayProgram.Run("verify", _folder["out.png.record.p7"], "--media", _folder["out.png"], "--anchors", _folder["keys/alpha/public/root.crt"]);

        Assert.Contains("strength Irreversible", verified.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.sealed"));
    }

    private string[] Terms() =>
        ["--recipient", _folder["keys/beta/public/decryption.crt"], "--anchors", _folder["keys/beta/public/root.crt"], "--purpose", "lawful-request"];

    private ToolResult Deidentify(params string[] more) =>
        GatewayProgram.Run(["deidentify", _folder["in.png"], _folder["out.png"], "--keys", _folder["keys/alpha"], .. more]);

    private ToolResult Open(string recipient, string target) => GatewayProgram.Run(
        "originals", "open", _folder["out.png.region-01.sealed"], _folder[target], "--keys", _folder[$"keys/{recipient}"], "--sender",
        _folder["keys/alpha/public/signing.crt"], "--anchors", _folder["keys/alpha/public/root.crt"], "--reversible");

    private static bool IsPartOf(string part, string whole)
    {
        using var small = new SkiaStillCodec().Decode(File.ReadAllBytes(part), new MediaLimits());
        using var large = new SkiaStillCodec().Decode(File.ReadAllBytes(whole), new MediaLimits());
        var (inner, outer) = (small.Image!, large.Image!);
        return Enumerable.Range(0, outer.Height - inner.Height + 1).Any(top =>
            Enumerable.Range(0, outer.Width - inner.Width + 1).Any(left => IsAt(inner, outer, left, top)));
    }

    private static bool IsAt(PixelImage inner, PixelImage outer, int left, int top)
    {
        for (var row = 0; row < inner.Height; row++)
        {
            var from = outer.Bytes.Slice((((top + row) * outer.Width) + left) * 4, inner.Width * 4);
            if (!from.SequenceEqual(inner.Bytes.Slice(row * inner.Width * 4, inner.Width * 4)))
            {
                return false;
            }
        }

        return true;
    }
}
