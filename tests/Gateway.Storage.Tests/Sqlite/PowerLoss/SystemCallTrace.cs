using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.Storage.Tests.Sqlite.PowerLoss;

/// <summary>Reads the events of a process from the output of strace.</summary>
internal static partial class SystemCallTrace
{
    /// <summary>Options of strace that this class can read: threads followed, file names shown, strings whole and in hexadecimal.</summary>
    public static string[] Options(string output) =>
        ["-f", "-qq", "-y", "-xx", "-s", "70000", "-e", "trace=pwrite64,write,fdatasync,fsync,ftruncate", "-o", output];

    public static IEnumerable<DiskEvent> Read(string path)
    {
        // A call that another thread interrupted ends on a line of its own, which names neither file nor arguments.
        var unfinishedSyncs = new Dictionary<string, string>();
        foreach (var line in File.ReadLines(path, Encoding.ASCII))
        {
            if (Sync().Match(line) is { Success: true } sync)
            {
                if (line.EndsWith("<unfinished ...>", StringComparison.Ordinal))
                {
                    unfinishedSyncs[Pid(line)] = Name(sync);
                    continue;
                }

                yield return new Synced(Name(sync));
            }
            else if (ResumedSync().IsMatch(line) && unfinishedSyncs.Remove(Pid(line), out var file))
            {
                yield return new Synced(file);
            }
            else if (Write().Match(line) is { Success: true } write)
            {
                yield return new Written(Name(write), long.Parse(write.Groups["offset"].Value), Decode(write.Groups["bytes"].ValueSpan));
            }
            else if (Truncate().Match(line) is { Success: true } truncate)
            {
                yield return new Cut(Name(truncate), long.Parse(truncate.Groups["length"].Value));
            }
            else if (Show().Match(line) is { Success: true } show && Name(show).StartsWith("pipe:", StringComparison.Ordinal))
            {
                yield return new Shown(Encoding.UTF8.GetString(Decode(show.Groups["bytes"].ValueSpan)));
            }
        }
    }

    private static string Pid(string line) => line[..line.IndexOf(' ', StringComparison.Ordinal)];

    private static string Name(Match call) => Encoding.UTF8.GetString(Decode(call.Groups["file"].ValueSpan));

    private static byte[] Decode(ReadOnlySpan<char> escaped)
    {
        var bytes = new byte[escaped.Length / 4];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = byte.Parse(escaped.Slice((i * 4) + 2, 2), System.Globalization.NumberStyles.HexNumber);
        }

        return bytes;
    }

    [GeneratedRegex("""^\d+ +pwrite64\(\d+<(?<file>[^>]*)>, "(?<bytes>[^"]*)", \d+, (?<offset>\d+)""")]
    private static partial Regex Write();

    [GeneratedRegex("""^\d+ +ftruncate\(\d+<(?<file>[^>]*)>, (?<length>\d+)""")]
    private static partial Regex Truncate();

    [GeneratedRegex("""^\d+ +(fsync|fdatasync)\(\d+<(?<file>[^>]*)>""")]
    private static partial Regex Sync();

    [GeneratedRegex("""^\d+ +<\.\.\. (fsync|fdatasync) resumed>\) *= 0""")]
    private static partial Regex ResumedSync();

    [GeneratedRegex("""^\d+ +write\(\d+<(?<file>[^>]*)>, "(?<bytes>[^"]*)", \d+""")]
    private static partial Regex Show();
}
