namespace Gateway.Server.Conformance;

/// <summary>One thing that a peer must do. What came is compared with what may come, word by word.</summary>
/// <param name="Clause">Clause of deploy/conformance.md.</param>
/// <param name="Sent">What the tester sends.</param>
/// <param name="Expected">What may come, one of these.</param>
/// <param name="RunAsync">Sends it and tells what came.</param>
internal sealed record ConformanceCheck(string Clause, string Sent, IReadOnlyList<string> Expected, Func<Tester, CancellationToken, Task<string>> RunAsync);
