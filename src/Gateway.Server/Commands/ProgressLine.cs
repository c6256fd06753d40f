using System.Diagnostics;

namespace Gateway.Server.Commands;

/// <summary>Progress of long work: one line that is rewritten on a terminal, one line an item where output goes to a file.</summary>
internal sealed class ProgressLine(TextWriter output, int total, bool onTerminal)
{
    private const int BarChars = 24;
    private const int NameCharsMax = 40;

    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private int _done;

    public void Step(string name, string what)
    {
        _done++;
        if (onTerminal)
        {
            var filled = BarChars * _done / total;
            var left = Stopwatch.GetElapsedTime(_startedAt) / _done * (total - _done);
            output.Write($"\r[{new string('#', filled)}{new string('.', BarChars - filled)}] {_done}/{total}  {left.TotalSeconds:F0} s left  {Short(name),-NameCharsMax}");
            output.Write(_done == total ? "\n" : "");
        }
        else
        {
            output.WriteLine($"{_done}/{total}  {name}: {what}");
        }
    }

    private static string Short(string name) => name.Length <= NameCharsMax ? name : "…" + name[^(NameCharsMax - 1)..];
}
