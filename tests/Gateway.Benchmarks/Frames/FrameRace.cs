namespace Gateway.Benchmarks.Frames;

/// <summary>
/// Runs contenders in turns, round after round, so that a machine that slows down slows all of them, and prints medians and medians of paired
/// ratios to the first row; beside them the least of all rounds and the ratio of the least. What else a shared machine does only ever adds time, so
/// over many rounds the least says best what the work itself takes.
/// </summary>
internal sealed class FrameRace(string title, int rounds) : IDisposable
{
    private readonly List<(IFrameContender Contender, List<FrameRound> Rounds)> _rows = [];
    private readonly List<string> _notes = [];

    public void Add(IFrameContender contender) => _rows.Add((contender, []));

    /// <summary>A line under the table.</summary>
    public void Note(string note) => _notes.Add(note);

    public void Run(TextWriter output)
    {
        _rows.ForEach(row => row.Contender.Run());
        for (var round = 0; round < rounds; round++)
        {
            _rows.ForEach(row => row.Rounds.Add(row.Contender.Run()));
        }

        output.WriteLine();
        output.WriteLine($"## {title} ({rounds} interleaved rounds, medians, and the least of all; speed = first row's time / this row's, paired for medians)");
        output.WriteLine($"{"",-74} {"CPU ms",8} {"speed",6} {"wall ms",8} {"speed",6} {"least CPU",10} {"speed",6} {"least wall",10} {"speed",6} {"faces",6} {"B alloc",10}");
        foreach (var (contender, measured) in _rows)
        {
            output.WriteLine(
                $"{contender.Name,-74} {Median(measured, round => round.CpuMs),8:F2} {Speed(measured, round => round.CpuMs),6:F2} "
                + $"{Median(measured, round => round.WallMs),8:F2} {Speed(measured, round => round.WallMs),6:F2} "
                + $"{measured.Min(round => round.CpuMs),10:F2} {SpeedOfLeast(measured, round => round.CpuMs),6:F2} "
                + $"{measured.Min(round => round.WallMs),10:F2} {SpeedOfLeast(measured, round => round.WallMs),6:F2} "
                + $"{Median(measured, round => round.Faces),6:F1} {Median(measured, round => round.AllocatedBytes),10:N0}");
        }

        foreach (var (contender, _) in _rows)
        {
            if (contender is PeerContender peer)
            {
                output.WriteLine($"  {peer.Name}: " + string.Join(", ", PeerProcess.StageNames.Zip(peer.Stages, (name, stage) => $"{name} {stage:F2}")) + " ms");
            }
        }

        _notes.ForEach(output.WriteLine);
    }

    public void Dispose() => _rows.ForEach(row => row.Contender.Dispose());

    private static double Median(List<FrameRound> rounds, Func<FrameRound, double> value) => Median(rounds.Select(value));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    private double SpeedOfLeast(List<FrameRound> rounds, Func<FrameRound, double> value) => _rows[0].Rounds.Min(value) / rounds.Min(value);

    private double Speed(List<FrameRound> rounds, Func<FrameRound, double> value) =>
        Median(_rows[0].Rounds.Zip(rounds, (first, mine) => value(first) / value(mine)));
}
