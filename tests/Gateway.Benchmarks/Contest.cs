using System.Diagnostics;
using Gateway.TestKit;

namespace Gateway.Benchmarks;

/// <summary>
/// Times contenders interleaved in one run, so that a machine that slows down slows all of them, and prints medians of paired ratios to the
/// first one. Times are reported, never enforced: machines are shared and noisy.
/// </summary>
internal sealed class Contest(string title, string unit, double unitsPerCall, int rounds)
{
    private readonly List<Contender> _contenders = [];

    public void Add(string name, Action call) => _contenders.Add(new Contender(name, call, rounds));

    /// <summary>Runs every contender once, so that a benchmark that broke is found by the tests.</summary>
    /// <returns>Number of contenders.</returns>
    public int RunOnce()
    {
        _contenders.ForEach(contender => contender.Call());
        return _contenders.Count;
    }

    public void Run(TextWriter output)
    {
        RunOnce();
        RunOnce();
        for (var round = 0; round < rounds; round++)
        {
            _contenders.ForEach(contender => contender.Measure());
        }

        Print(output);
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private void Print(TextWriter output)
    {
        var reference = _contenders[0];
        output.WriteLine();
        output.WriteLine($"## {title} ({rounds} interleaved rounds, medians; ratio = paired median of time / time of the first row; cpu = processor time of the thread)");
        output.WriteLine($"{"",-62} {"ms",9} {unit + "/s",14} {"ratio",7} {"cpu ms",9} {"ratio",7} {"KiB alloc",10}");
        foreach (var contender in _contenders)
        {
            var milliseconds = Median(contender.Milliseconds);
            var ratio = Median(contender.Milliseconds.Zip(reference.Milliseconds, (mine, theirs) => mine / theirs));
            var processor = Median(contender.ProcessorMilliseconds);
            var processorRatio = Median(contender.ProcessorMilliseconds.Zip(reference.ProcessorMilliseconds, (mine, theirs) => mine / theirs));
            output.WriteLine($"{contender.Name,-62} {milliseconds,9:F3} {unitsPerCall * 1000 / milliseconds,14:N0} {ratio,7:F2} {processor,9:F3} {processorRatio,7:F2} {contender.AllocatedBytes / 1024.0,10:F1}");
        }
    }

    private sealed class Contender(string name, Action call, int rounds)
    {
        public string Name => name;

        public Action Call => call;

        public List<double> Milliseconds { get; } = new(rounds);

        /// <summary>Of the calling thread; what a call gives to other threads is not in it.</summary>
        public List<double> ProcessorMilliseconds { get; } = new(rounds);

        /// <summary>Managed bytes the calling thread allocated in the last round.</summary>
        public long AllocatedBytes { get; private set; }

        public void Measure()
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            var ran = ThreadTime.Nanoseconds();
            call();
            ProcessorMilliseconds.Add((ThreadTime.Nanoseconds() - ran) / 1e6);
            Milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        }
    }
}
