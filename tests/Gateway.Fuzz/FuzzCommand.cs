using System.Diagnostics;
using System.Globalization;

namespace Gateway.Fuzz;

/// <summary><c>dotnet run -c Release --project tests/Gateway.Fuzz -- [TARGET|all] [COUNT] [SEED]</c>; <c>keys</c> makes the keys of the corpus anew.</summary>
internal static class FuzzCommand
{
    public static int Run(string[] arguments, TextWriter output)
    {
        if (arguments is ["keys"])
        {
            FuzzKeys.Write("xvide://alpha/a1");
            FuzzKeys.Write("xvide://beta/b1");
            return 0;
        }

        using var targets = new FuzzTargets();
        var name = arguments.ElementAtOrDefault(0) ?? "all";
        var count = long.Parse(arguments.ElementAtOrDefault(1) ?? "100000", CultureInfo.InvariantCulture);
        var seed = ulong.Parse(arguments.ElementAtOrDefault(2) ?? "1", CultureInfo.InvariantCulture);
        var chosen = targets.All.Where(target => name == "all" || target.Name == name).ToArray();
        if (chosen.Length == 0)
        {
            output.WriteLine($"there is no target '{name}'; there are: all, {string.Join(", ", targets.All.Select(target => target.Name))}");
            return 2;
        }

        output.WriteLine($"{count} mutants a target, seed {seed}");
        var findings = chosen.Sum(target => Report(target, count, seed, output));
        return findings == 0 ? 0 : 1;
    }

    private static int Report(FuzzTarget target, long count, ulong seed, TextWriter output)
    {
        var started = Stopwatch.GetTimestamp();
        var report = new FuzzRun(target, seed).Run(count);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        output.WriteLine(
            $"{target.Name,-22} {report.Inputs,10} inputs {report.Accepted,8} accepted {report.SlowestMilliseconds,8:F1} ms slowest {count / seconds,10:N0}/s {report.Findings.Count,3} findings");
        foreach (var finding in report.Findings)
        {
            output.WriteLine($"  {finding.What}");
            output.WriteLine($"  kept in {Corpus.Keep(finding)}");
        }

        return report.Findings.Count;
    }
}
