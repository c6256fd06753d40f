using System.ComponentModel;
using System.Diagnostics;
using Gateway.TestKit;

namespace Gateway.Benchmarks.Frames;

/// <summary>The peers, built from the sources beside this benchmark with what the machine has.</summary>
internal static class PeerPrograms
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "peers");

    public static string OpenCv => Path.Combine(Folder, "opencv_peer");

    public static string Turbo => Path.Combine(Folder, "turbo_peer");

    /// <summary>Builds the peers unless they are newer than their sources.</summary>
    /// <param name="mayBuild">False where only those built before are used: it takes a compiler a minute.</param>
    /// <returns>Nothing, or why there are no peers.</returns>
    public static string? Build(bool mayBuild)
    {
        var sources = Repository.PathOf("tests", "Gateway.Benchmarks", "Peers");
        var changed = Directory.EnumerateFiles(sources).Max(File.GetLastWriteTimeUtc);
        if (File.Exists(OpenCv) && File.Exists(Turbo) && File.GetLastWriteTimeUtc(Turbo) > changed)
        {
            return null;
        }

        if (!mayBuild)
        {
            return "they are not built; the benchmark builds them: dotnet run -c Release --project tests/Gateway.Benchmarks frames";
        }

        try
        {
            using var build = Process.Start(new ProcessStartInfo("bash", [Path.Combine(sources, "build.sh"), Folder]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var error = build.StandardError.ReadToEndAsync();
            if (!build.WaitForExit(Patience))
            {
                build.Kill(entireProcessTree: true);
                return "the build took too long";
            }

            return build.ExitCode == 0 ? null : FirstLine(error.GetAwaiter().GetResult());
        }
        catch (Win32Exception)
        {
            return "there is no bash";
        }
    }

    private static string FirstLine(string text) => text.Split('\n').FirstOrDefault(line => line.Length > 0) ?? "the build failed";
}
