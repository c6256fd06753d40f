using Gateway.Deidentification.Video;

namespace Gateway.Server.Commands;

/// <summary>One file to de-identify and where it goes.</summary>
internal sealed record MediaFile(string Source, string Target);

/// <summary>The stills and videos of a file or a folder.</summary>
/// <param name="Stills">Stills, in order of name.</param>
/// <param name="Videos">Videos, in order of name.</param>
/// <param name="LeftOut">How many other files there are.</param>
internal sealed record MediaFiles(IReadOnlyList<MediaFile> Stills, IReadOnlyList<MediaFile> Videos, int LeftOut)
{
    private static readonly string[] StillExtensions = [".jpg", ".jpeg", ".png", ".webp"];

    public static MediaFiles Find(string input, string output)
    {
        if (File.Exists(input))
        {
            var file = new MediaFile(input, Directory.Exists(output) ? Path.Combine(output, NameOf(Path.GetFileName(input))) : output);
            return IsVideo(input) ? new MediaFiles([], [file], 0) : new MediaFiles([file], [], 0);
        }

        var files = Directory.EnumerateFiles(input, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        var all = files.Select(file => new MediaFile(file, Path.Combine(output, NameOf(Path.GetRelativePath(input, file))))).ToArray();
        MediaFile[] stills = [.. all.Where(file => HasExtension(file.Source, StillExtensions))];
        MediaFile[] videos = [.. all.Where(file => IsVideo(file.Source))];
        return new MediaFiles(stills, videos, files.Length - stills.Length - videos.Length);
    }

    /// <summary>A video in a container that is not written becomes an MP4; its old ending stays in the name, so that no two meet in one.</summary>
    private static string NameOf(string name) => IsVideo(name) && !VideoDeidentifier.CanWrite(name) ? name + ".mp4" : name;

    private static bool IsVideo(string path) => HasExtension(path, VideoDeidentifier.SourceExtensions);

    private static bool HasExtension(string path, IReadOnlyList<string> extensions) => extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
