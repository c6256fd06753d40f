using Gateway.Fuzz;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Fuzz;

/// <summary>
/// A few thousand mutants for every parser of foreign bytes, other ones in every run, and everything that was ever found.
/// <c>dotnet run -c Release --project tests/Gateway.Fuzz -- envelope 1000000</c> runs as many as one likes.
/// </summary>
public sealed class FuzzTests(FuzzTests.Parsers parsers) : IClassFixture<FuzzTests.Parsers>
{
    private const int MutantsUsually = 400;

    public static TheoryData<string> Names => [.. Listed()];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_parser_refuses_mutants_with_an_outcome_and_in_time(string name)
    {
        var seed = (ulong)Environment.TickCount64;

        var report = new FuzzRun(parsers.Target(name), seed).Run(Repeats.Of("GATEWAY_FUZZ_MUTANTS", MutantsUsually));

        Assert.True(report.Findings.Count == 0, $"seed {seed}: {string.Join("; ", report.Findings.Select(finding => $"{finding.What}, kept in {Corpus.Keep(finding)}"))}");
    }

    [Fact]
    public void What_was_once_found_stays_mended()
    {
        var all = Corpus.All().ToArray();

        Assert.NotEmpty(all);
        Assert.All(all, kept => Assert.Empty(new FuzzRun(parsers.Target(kept.Target), 0).Replay(File.ReadAllBytes(kept.File)).Findings));
    }

    [Fact]
    public void Every_folder_of_the_corpus_belongs_to_a_parser() =>
        Assert.Empty(Corpus.All().Select(kept => kept.Target).Except(Listed()));

    private static List<string> Listed()
    {
        using var targets = new FuzzTargets();
        return [.. targets.All.Select(target => target.Name)];
    }

    public sealed class Parsers : IDisposable
    {
        private readonly FuzzTargets _targets = new();

        internal FuzzTarget Target(string name) => _targets.All.Single(target => target.Name == name);

        public void Dispose() => _targets.Dispose();
    }
}
