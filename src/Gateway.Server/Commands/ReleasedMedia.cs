using System.Security.Cryptography;

namespace Gateway.Server.Commands;

/// <summary>
/// The released files that evidence is checked against: one file, or every file of a folder. They are told by their digests; names mean nothing.
/// </summary>
internal sealed class ReleasedMedia
{
    /// <summary>Most files of a folder: a day at eleven frames a second.</summary>
    private const int FilesMax = 1_000_000;

    private readonly Dictionary<string, string> _open;

    private ReleasedMedia(Dictionary<string, string> files)
    {
        _open = files;
        Count = files.Count;
    }

    public int Count { get; }

    /// <summary>Names of the files that nothing was said about so far.</summary>
    public IReadOnlyCollection<string> Unnamed => _open.Values;

    /// <exception cref="InvalidDataException">There is nothing, or too much.</exception>
    public static ReleasedMedia? Read(string? path)
    {
        if (path is null)
        {
            return null;
        }

        var files = Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Take(FilesMax + 1).ToArray() : [path];
        if (files.Length is 0 or > FilesMax || !File.Exists(files[0]))
        {
            throw new InvalidDataException($"{path}: there is no file, or more than {FilesMax}; name the released file or a folder of released frames");
        }

        var digests = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            using var media = File.OpenRead(file);
            digests.TryAdd(Convert.ToHexString(SHA256.HashData(media)), Path.GetFileName(file));
        }

        return new ReleasedMedia(digests);
    }

    /// <summary>Takes the file with a digest off the list.</summary>
    public bool Take(ReadOnlySpan<byte> sha256) => _open.Remove(Convert.ToHexString(sha256));
}
