using Gateway.TestKit;

namespace Gateway.Fuzz;

/// <summary>Something a parser must not do, and the bytes that made it.</summary>
internal sealed record FuzzFinding(string Target, string What, byte[] Input);

/// <summary>What a run did.</summary>
/// <param name="Inputs">Mutants that were run.</param>
/// <param name="Accepted">Mutants other than the seeds that the parser took; none for an authenticated format.</param>
/// <param name="SlowestMilliseconds">Longest time of one input.</param>
/// <param name="Findings">What went wrong; at most <see cref="FuzzRun.FindingsMax"/>.</param>
internal sealed record FuzzReport(long Inputs, long Accepted, double SlowestMilliseconds, IReadOnlyList<FuzzFinding> Findings);

/// <summary>Runs mutants of seeds through a parser. The same seed makes the same choices; what it finds is kept as bytes.</summary>
internal sealed class FuzzRun(FuzzTarget target, ulong seed)
{
    public const int FindingsMax = 20;

    /// <summary>Longest processor time for one input. An input over it is run again: the first run compiles, and a collection may fall into it.</summary>
    private static readonly TimeSpan InputTimeMax = TimeSpan.FromMilliseconds(250);

    private readonly List<FuzzFinding> _findings = [];
    private readonly IReadOnlyList<byte[]> _seeds = target.Seeds();
    private long _accepted;
    private double _slowest;

    /// <summary>Mutates and runs.</summary>
    /// <param name="inputs">Number of mutants.</param>
    /// <param name="progress">Called now and then with the number so far.</param>
    public FuzzReport Run(long inputs, Action<long>? progress = null)
    {
        var choice = new SeededGenerator(seed);
        RequireGoodSeeds();
        for (long i = 0; i < inputs && _findings.Count < FindingsMax; i++)
        {
            Try(target.Mutator(choice, _seeds));
            if (i % 50_000 == 0)
            {
                progress?.Invoke(i);
            }
        }

        return new FuzzReport(inputs, _accepted, _slowest, _findings);
    }

    /// <summary>Runs bytes as they are: a corpus file.</summary>
    public FuzzReport Replay(byte[] input)
    {
        Try(input);
        return new FuzzReport(1, _accepted, _slowest, _findings);
    }

    // A seed that is refused would make the whole run a test of the first check only.
    private void RequireGoodSeeds()
    {
        foreach (var good in _seeds)
        {
            if (target.Run(good) == Verdict.Refused)
            {
                throw new InvalidOperationException($"a seed of {target.Name} is refused: the run would prove nothing");
            }
        }
    }

    private void Try(byte[] input)
    {
        var began = ThreadTime.Nanoseconds();
        try
        {
            // A mutant that is the seed again (two flips of one bit) is no forgery.
            var verdict = target.Run(input);
            if (verdict == Verdict.Accepted && !_seeds.Any(good => good.AsSpan().SequenceEqual(input)))
            {
                _accepted++;
                if (target.IsAuthenticated)
                {
                    _findings.Add(new FuzzFinding(target.Name, "a changed input was accepted", input));
                }
            }
        }
#pragma warning disable CA1031 // any exception at all is what this looks for
        catch (Exception unexpected)
#pragma warning restore CA1031
        {
            _findings.Add(new FuzzFinding(target.Name, $"{unexpected.GetType().Name}: {unexpected.Message} at {unexpected.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}", input));
        }

        Judge(input, Since(began));
    }

    private void Judge(byte[] input, TimeSpan took)
    {
        if (took > InputTimeMax)
        {
            took = Enumerable.Range(0, 3).Min(_ => Timed(input));
        }

        _slowest = Math.Max(_slowest, took.TotalMilliseconds);
        if (took > InputTimeMax)
        {
            _findings.Add(new FuzzFinding(target.Name, $"one input of {input.Length} bytes took {took.TotalMilliseconds:F0} ms", input));
        }
    }

    private TimeSpan Timed(byte[] input)
    {
        var began = ThreadTime.Nanoseconds();
        try
        {
            target.Run(input);
        }
#pragma warning disable CA1031 // found by the first run already
        catch (Exception)
#pragma warning restore CA1031
        {
            return Since(began);
        }

        return Since(began);
    }

    private static TimeSpan Since(long began) => TimeSpan.FromMicroseconds((ThreadTime.Nanoseconds() - began) / 1000.0);
}
