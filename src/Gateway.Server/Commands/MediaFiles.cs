using System.Globalization;
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

    /// <param name="input">An image, a video file, or a folder of both.</param>
    /// <param name="output">File or folder to write.</param>
    /// <param name="neutralNames">Numbers outputs in the order of the sources' paths instead of naming them alike: names identify people.</param>
    public static MediaFiles Find(string input, string output, bool neutralNames = false)
    {
        if (File.Exists(input))
        {
            var name = neutralNames ? NeutralName(input, 1) : NameOf(Path.GetFileName(input));
            var file = new MediaFile(input, Directory.Exists(output) ? Path.Combine(output, name) : output);
            return IsVideo(input) ? new MediaFiles([], [file], 0) : new MediaFiles([file], [], 0);
        }

        var files = Directory.EnumerateFiles(input, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        return new MediaFiles(
            [.. files.Where(IsStill).Select((source, index) => Place(source, index + 1))],
            [.. files.Where(IsVideo).Select((source, index) => Place(source, index + 1))],
            files.Count(file => !IsStill(file) && !IsVideo(file)));

        MediaFile Place(string source, int number) =>
            new(source, Path.Combine(output, neutralNames ? NeutralName(source, number) : NameOf(Path.GetRelativePath(input, source))));
    }

    private static string NeutralName(string source, int number) => NameOf(
        string.Create(CultureInfo.InvariantCulture, $"{(IsVideo(source) ? "video" : "image")}-{number:D4}{Path.GetExtension(source).ToLowerInvariant()}"));

    /// <summary>A video in a container that is not written becomes an MP4; its old ending stays in the name, so that no two meet in one.</summary>
    private static string NameOf(string name) => IsVideo(name) && !VideoDeidentifier.CanWrite(name) ? name + ".mp4" : name;

    private static bool IsStill(string path) => HasExtension(path, StillExtensions);

    private static bool IsVideo(string path) => HasExtension(path, VideoDeidentifier.SourceExtensions);

    private static bool HasExtension(string path, IReadOnlyList<string> extensions) => extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
