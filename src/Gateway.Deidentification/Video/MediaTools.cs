namespace Gateway.Deidentification.Video;

/// <summary>The programs that read and write video files. They are not part of this one: their code reads hostile media.</summary>
/// <param name="Ffmpeg">Path of ffmpeg.</param>
/// <param name="Ffprobe">Path of ffprobe.</param>
public sealed record MediaTools(string Ffmpeg, string Ffprobe)
{
    /// <summary>What an operator does who has none.</summary>
    public const string InstallHint =
        "install it with: apt-get install --no-install-recommends ffmpeg (Debian, Ubuntu), dnf install ffmpeg (Fedora), apk add ffmpeg (Alpine)";

    /// <summary>Oldest version whose options are used here.</summary>
    private static readonly Version Oldest = new(5, 1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Looks for both programs in the folders of a search path.</summary>
    /// <param name="searchPath">Folders, separated as in PATH; default PATH.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The programs, or what keeps them from being used.</returns>
    public static async Task<(MediaTools? Tools, VideoOutcome Outcome)> FindAsync(string? searchPath, CancellationToken cancellationToken)
    {
        var folders = (searchPath ?? Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var (ffmpeg, ffprobe) = (Find(folders, "ffmpeg"), Find(folders, "ffprobe"));
        if (ffmpeg is null || ffprobe is null)
        {
            return (null, VideoOutcome.ToolAbsent);
        }

        var answer = await ToolProcess.AskAsync(ffmpeg, ["-version"], ToolLimits.Probe, Patience, cancellationToken);
        return IsTooOld(answer.Output) ? (null, VideoOutcome.ToolTooOld) : (new MediaTools(ffmpeg, ffprobe), VideoOutcome.Deidentified);
    }

    /// <summary>Builds from the development tree name no version; they are taken for new.</summary>
    private static bool IsTooOld(string banner)
    {
        var words = banner.Split([' ', '-', '\n'], 4);
        return words is ["ffmpeg", "version", var name, ..] && Version.TryParse(name, out var version) && version < Oldest;
    }

    private static string? Find(string[] folders, string program) =>
        folders.Where(Path.IsPathFullyQualified).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
