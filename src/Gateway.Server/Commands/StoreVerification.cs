using System.CommandLine;
using Gateway.Storage.Sqlite.Check;

namespace Gateway.Server.Commands;

/// <summary><c>gateway verify --store</c>: everything in a store against everything else in it, while its node runs or not.</summary>
internal static class StoreVerification
{
    public static async Task<int> RunAsync(FileInfo store, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        var found = await StoreCheck.VerifyAsync(store.FullName, cancellationToken);
        var report = new VerifyReport();
        foreach (var finding in found.Findings)
        {
            report.Fails($"{finding.Check}: {finding.Detail}");
        }

        if (found.IsSound)
        {
            report.Holds("pages and indices read back; sequences, counters, receipts and keys agree with each other");
            report.Holds($"the evidence chain follows from its events, from the first to position {found.EvidencePosition}");
        }
        else
        {
            report.Notes("stop the node, keep a copy of the file for whoever looks into it, and restore from a backup");
        }

        report.Notes($"head of the chain: {found.EvidencePosition} {Convert.ToHexStringLower(found.EvidenceHash.Span)}");
        report.Notes("a note of it kept elsewhere tells later whether the chain was cut back");
        report.Write(console.Output);
        return report.AllHolds ? ExitCode.Done : ExitCode.NotHolding;
    }
}
