using System.Globalization;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Video;

/// <summary>Makes sources with ffmpeg and looks at outputs with ffprobe, by command lines of their own.</summary>
internal static class Ffmpeg
{
    public static void Require()
    {
        ForeignTool.Require("ffmpeg", "-version");
        ForeignTool.Require("ffprobe", "-version");
    }

    public static string Make(string path, params string[] arguments)
    {
        var made = ForeignTool.Run("ffmpeg", ["-v", "error", "-nostdin", "-y", .. arguments, path]);
        Assert.True(made.ExitCode == 0, made.ToString());
        return path;
    }

    /// <summary>A moving test picture with grain; every frame differs from the one before.</summary>
    public static string[] Picture(double seconds = 1, int width = 192, int height = 128) =>
        ["-f", "lavfi", "-i", string.Create(CultureInfo.InvariantCulture, $"testsrc2=size={width}x{height}:rate=25:duration={seconds}")];

    public static string[] Probe(string path, string entries, string streams = "")
    {
        var answer = ForeignTool.Run("ffprobe", ["-v", "error", .. streams.Length > 0 ? (string[])["-select_streams", streams] : [], "-show_entries", entries, "-of", "csv=p=0", path]);
        Assert.True(answer.ExitCode == 0, answer.ToString());
        return answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Presentation times of all frames in seconds, in order.</summary>
    public static double[] Times(string path) =>
        [.. Probe(path, "frame=pts_time", "v:0").Select(line => double.Parse(line.Split(',')[0], CultureInfo.InvariantCulture))];

    /// <summary>All frames as I420 bytes, decoded without the product.</summary>
    public static byte[] Frames(string path, TempFolder folder)
    {
        var raw = folder["frames.raw"];
        Make(raw, "-i", path, "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "yuv420p");
        return File.ReadAllBytes(raw);
    }
}
