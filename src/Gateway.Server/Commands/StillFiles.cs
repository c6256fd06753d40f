namespace Gateway.Server.Commands;

/// <summary>One file to de-identify and where it goes.</summary>
internal sealed record StillFile(string Source, string Target);

/// <summary>Finds the stills of a file or a folder.</summary>
internal static class StillFiles
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".webp"];

    /// <returns>The stills, in order of name, and how many other files there are.</returns>
    public static (IReadOnlyList<StillFile> Stills, int LeftOut) Find(string input, string output)
    {
        if (File.Exists(input))
        {
            return ([new StillFile(input, Directory.Exists(output) ? Path.Combine(output, Path.GetFileName(input)) : output)], 0);
        }

        var files = Directory.EnumerateFiles(input, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToArray();
        var stills = files.Where(IsStill).Select(file => new StillFile(file, Path.Combine(output, Path.GetRelativePath(input, file)))).ToArray();
        return (stills, files.Length - stills.Length);
    }

    private static bool IsStill(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);
}
