using Gateway.Server.Configuration;

namespace Gateway.Server.Commands;

/// <summary>Writes findings for a person: setting, problem, remedy.</summary>
internal static class FindingsReport
{
    public static void Write(IReadOnlyList<Finding> findings, TextWriter output)
    {
        foreach (var finding in findings)
        {
            output.WriteLine($"  {finding.Setting}");
            output.WriteLine($"    problem: {finding.Problem}");
            output.WriteLine($"    remedy:  {finding.Remedy}");
        }

        if (findings.Count > 0)
        {
            output.WriteLine(findings.Count == 1 ? "1 finding" : $"{findings.Count} findings");
        }
    }
}
