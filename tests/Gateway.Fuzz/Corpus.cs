using System.Security.Cryptography;
using Gateway.TestKit;

namespace Gateway.Fuzz;

/// <summary>Inputs that once were found, or are worth trying every time, as files: <c>Corpus/TARGET/*.bin</c>. They are replayed by tests.</summary>
internal static class Corpus
{
    public static string Folder { get; } = Repository.PathOf("tests", "Gateway.Fuzz", "Corpus");

    public static IEnumerable<(string Target, string File)> All() =>
        Directory.Exists(Folder)
            ? Directory.EnumerateFiles(Folder, "*.bin", SearchOption.AllDirectories).Select(file => (Path.GetFileName(Path.GetDirectoryName(file))!, file)).Order()
            : [];

    /// <summary>Keeps an input under its own digest.</summary>
    public static string Keep(FuzzFinding finding)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, finding.Target)).FullName;
        var path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(finding.Input))[..16] + ".bin");
        File.WriteAllBytes(path, finding.Input);
        return path;
    }
}
