using System.Runtime.InteropServices;

namespace Gateway.Benchmarks;

/// <summary>CPU time of the calling thread by stage. On a shared machine it says what wall time cannot; where it is not to be had, wall time it is.</summary>
internal sealed class StageClock
{
    private const int ThreadCpuClock = 3;

    private readonly List<string> _order = [];
    private readonly Dictionary<string, double> _round = [];
    private readonly List<Dictionary<string, double>> _rounds = [];
    private double _last;

    public void Restart() => _rounds.Clear();

    public void BeginRound() => _round.Clear();

    public void EndRound() => _rounds.Add(new Dictionary<string, double>(_round));

    public void Begin() => _last = Now();

    /// <summary>Adds the time since the last call to a stage.</summary>
    public void End(string stage)
    {
        var now = Now();
        if (!_order.Contains(stage))
        {
            _order.Add(stage);
        }

        _round[stage] = _round.GetValueOrDefault(stage) + now - _last;
        _last = Now();
    }

    /// <summary>Stages in the order of their first end, with the median over the rounds, divided by a number of frames.</summary>
    public IEnumerable<(string Name, double Milliseconds)> Medians(int frames) =>
        _order.Select(name => (name, _rounds.Select(round => round.GetValueOrDefault(name)).Order().ElementAt(_rounds.Count / 2) / frames));

    private static double Now()
    {
        if (OperatingSystem.IsLinux() && GetTime(ThreadCpuClock, out var time) == 0)
        {
            return (time.Seconds * 1e3) + (time.Nanoseconds / 1e6);
        }

        return System.Diagnostics.Stopwatch.GetTimestamp() * 1e3 / System.Diagnostics.Stopwatch.Frequency;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int GetTime(int clock, out TimeParts time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeParts
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
