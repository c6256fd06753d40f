namespace Gateway.Server.Conformance;

/// <summary>Runs every check against a peer and writes a line for each: clause, what was sent, what was expected, what came.</summary>
internal sealed class ConformanceRun(Tester tester, TextWriter output)
{
    /// <summary>All checks, in the order of their clauses.</summary>
    public static IReadOnlyList<ConformanceCheck> Checks { get; } = [.. SessionChecks.All, .. MessageChecks.All, .. ChannelChecks.All, .. LimitChecks.All];

    /// <returns>Number of checks that did not pass.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var failed = 0;
        foreach (var check in Checks)
        {
            var came = await RunAsync(check, cancellationToken);
            var passed = check.Expected.Contains(came);
            failed += passed ? 0 : 1;
            output.WriteLine($"{(passed ? "pass" : "FAIL")} {check.Clause} sent: {check.Sent} | expected: {string.Join(" or ", check.Expected)} | came: {came}");
        }

        output.WriteLine(failed == 0
            ? $"All {Checks.Count} checks passed: {tester.Peer.Uri} speaks the protocol."
            : $"{failed} of {Checks.Count} checks did not pass; the clauses are in deploy/conformance.md.");
        return failed;
    }

    private async Task<string> RunAsync(ConformanceCheck check, CancellationToken cancellationToken)
    {
        try
        {
            return await check.RunAsync(tester, cancellationToken);
        }
        catch (ConformanceException failed)
        {
            return failed.Message;
        }
    }
}
