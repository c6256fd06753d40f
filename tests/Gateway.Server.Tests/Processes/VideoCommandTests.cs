using System.Diagnostics;
using System.Globalization;
using Gateway.Sealing.Certificates;
using Gateway.Server.Commands;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Processes;

/// <summary><c>gateway deidentify</c> on video files, as a person runs it. Needs ffmpeg; without it these are skipped by name.</summary>
public sealed class VideoCommandTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_of_a_still_and_a_video_is_de_identified_with_evidence_that_verifies()
    {
        ForeignTool.Require("ffmpeg", "-version");
        var keys = _folder["keys"];
        DevelopmentKeys.Write(GatewayUri.Parse("xvide://alpha/a1"), ["localhost"], keys, TimeProvider.System);
        Make("in/clip.avi", 0.2);
        Make("in/still.png", 0.04, "-frames:v", "1");

        var done = GatewayProgram.Run("deidentify", _folder["in"], _folder["out"], "--keys", keys, "--profile", "Live");

        Assert.True(done.ExitCode == 0, done.ToString());
        Assert.Equal(["clip.avi.mp4", "clip.avi.mp4.evidence", "still.png", "still.png.record.p7"], Directory.EnumerateFiles(_folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var video = _folder["out/clip.avi.mp4"];
        var verified = GatewayProgram.Run("verify", video + ".evidence", "--media", video, "--anchors", Path.Combine(keys, "root.crt"));
        Assert.True(verified.ExitCode == 0, verified.ToString());
        Assert.Contains("its source had no sound", verified.Output, StringComparison.Ordinal);
        File.AppendAllText(video, "x");
        Assert.Equal(1, GatewayProgram.Run("verify", video + ".evidence", "--media", video, "--anchors", Path.Combine(keys, "root.crt")).ExitCode);
    }

    [Theory]
    [InlineData("Drop", "its sound was dropped")]
    [InlineData("Keep", "its sound was kept: who speaks in it can be recognised")]
    public void Evidence_says_what_became_of_the_sound(string audio, string said)
    {
        ForeignTool.Require("ffmpeg", "-version");
        var keys = _folder["keys"];
        DevelopmentKeys.Write(GatewayUri.Parse("xvide://alpha/a1"), ["localhost"], keys, TimeProvider.System);
        Make("in/clip.mp4", 0.2, "-f", "lavfi", "-i", "anoisesrc=duration=0.2:seed=3", "-map", "0", "-map", "1");

        var done = GatewayProgram.Run("deidentify", _folder["in/clip.mp4"], _folder["out.mp4"], "--keys", keys, "--profile", "Live", "--audio", audio);

        Assert.True(done.ExitCode == 0, done.ToString());
        var verified = GatewayProgram.Run("verify", _folder["out.mp4.evidence"], "--media", _folder["out.mp4"], "--anchors", Path.Combine(keys, "root.crt"));
        Assert.True(verified.ExitCode == 0, verified.ToString());
        Assert.Contains(said, verified.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Interrupting_leaves_no_output_and_no_part_of_one(string signal)
    {
        ForeignTool.Require("ffmpeg", "-version");
        Make("in/clip.mp4", 60, "-preset", "ultrafast");
        Directory.CreateDirectory(_folder["out"]);

        // Through env: whatever a shell started in the background ignores the interrupt, and hands that down to us and to what we start.
        using var process = Process.Start(new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", GatewayProgram.Path, "deidentify", _folder["in/clip.mp4"], _folder["out/clip.mp4"]])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = process.StandardOutput.ReadToEndAsync();
        var complained = process.StandardError.ReadToEndAsync();
        await Eventually.BeTrueAsync(() => File.Exists(_folder["out/clip.mp4.part"]) || process.HasExited, "a part that is written", Patience);
        Assert.False(process.HasExited, "it ended before it was interrupted");

        ForeignTool.Run("kill", "-" + signal, process.Id.ToString(CultureInfo.InvariantCulture));
        await process.WaitForExitAsync().WaitAsync(Patience);

        Assert.NotEqual(0, process.ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["out"]));
        Assert.DoesNotContain("   at ", await said + await complained, StringComparison.Ordinal);
    }

    [Fact]
    public void Throughput_says_what_was_measured_and_why_frames_were_masked_whole_is_told()
    {
        ForeignTool.Require("ffmpeg", "-version");
        Directory.CreateDirectory(_folder["in"]);
        var made = ForeignTool.Run("ffmpeg", ["-v", "error", "-nostdin", "-f", "lavfi", "-i", "color=black:size=320x180:rate=25:duration=0.2", _folder["in/dark.mp4"]]);
        Assert.True(made.ExitCode == 0, made.ToString());

        var done = GatewayProgram.Run("deidentify", _folder["in/dark.mp4"], _folder["out.mp4"], "--profile", "Throughput");

        Assert.True(done.ExitCode == 0, done.ToString());
        Assert.Contains("warning: the detector looks at one frame in 3. Measured by simulation, 2000 faces", done.Error, StringComparison.Ordinal);
        Assert.Contains("5 masked whole, BlindFrame: too dark", done.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_ffmpeg_the_command_says_how_to_install_it()
    {
        ForeignTool.Require("env", "--version");
        File.WriteAllBytes(_folder["clip.mp4"], [1, 2, 3]);
        var dotnet = Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));

        var refused = ForeignTool.Run("env", "PATH=/nowhere", dotnet, GatewayProgram.Path, "deidentify", _folder["clip.mp4"], _folder["out.mp4"]);

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("apt-get install --no-install-recommends ffmpeg", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["out.mp4"]));
    }

    private void Make(string name, double seconds, params string[] arguments)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        var picture = string.Create(CultureInfo.InvariantCulture, $"testsrc2=size=320x180:rate=25:duration={seconds}");
        var made = ForeignTool.Run("ffmpeg", ["-v", "error", "-nostdin", "-f", "lavfi", "-i", picture, .. arguments, _folder[name]]);
        Assert.True(made.ExitCode == 0, made.ToString());
    }
}
