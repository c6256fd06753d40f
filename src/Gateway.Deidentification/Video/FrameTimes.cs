using System.Globalization;
using Gateway.Deidentification.Video.Nut;

namespace Gateway.Deidentification.Video;

/// <summary>
/// The time stamps that went into a file, as a count, a first, a last and a sum, and whether the file that was written has the same: constant memory
/// whatever its length, and whatever order its packets are in.
/// </summary>
internal sealed class FrameTimes
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private Fraction _timeBase = new(1, 1);
    private long _first;
    private long _last;
    private Int128 _sum;

    public long Count { get; private set; }

    public void Add(long timestamp, Fraction timeBase)
    {
        _timeBase = timeBase;
        _first = Count == 0 ? timestamp : Math.Min(_first, timestamp);
        _last = Count == 0 ? timestamp : Math.Max(_last, timestamp);
        _sum += timestamp;
        Count++;
    }

    /// <summary>True where the file has these time stamps, each to the unit in which its container counts, and no track that it must not have.</summary>
    public async Task<bool> AreKeptInAsync(MediaTools tools, string path, bool hasAudio, CancellationToken cancellationToken)
    {
        var tracks = await ToolProcess.AskAsync(tools.Ffprobe, VideoArguments.ListTracks(path), ToolLimits.Probe, Patience, cancellationToken);
        if (TimeBaseOf(tracks.Output, hasAudio) is not { } timeBase)
        {
            return false;
        }

        var found = new FrameTimes();
        using var process = ToolProcess.Start(tools.Ffprobe, VideoArguments.ListTimestamps(path), ToolLimits.Probe);
        using var killing = cancellationToken.Register(process.Kill);
        using var lines = new StreamReader(process.Output);
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (long.TryParse(line.TrimEnd(','), CultureInfo.InvariantCulture, out var timestamp))
            {
                found.Add(timestamp, timeBase);
            }
        }

        return await process.EndAsync() == 0 && IsSame(found);
    }

    internal bool IsSame(FrameTimes other) =>
        Count == other.Count && IsNear(_first, other._first, other, 1) && IsNear(_last, other._last, other, 1) && IsNear(_sum, other._sum, other, Count);

    private static Fraction? TimeBaseOf(string listing, bool hasAudio)
    {
        var tracks = listing.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')).ToList();
        var isAsWanted = tracks.Count(track => track[0] == "video") == 1 && tracks.Count(track => track[0] == "audio") == (hasAudio ? 1 : 0) && tracks.Count == (hasAudio ? 2 : 1);
        return isAsWanted
            && tracks.Find(track => track[0] == "video")!.ElementAtOrDefault(1)?.Split('/') is [var numerator, var denominator]
            && int.TryParse(numerator, CultureInfo.InvariantCulture, out var above) && int.TryParse(denominator, CultureInfo.InvariantCulture, out var below) && above > 0 && below > 0
            ? new Fraction(above, below)
            : null;
    }

    /// <summary>Two times, or sums of them, that differ by no more than so many units of the other's container.</summary>
    private bool IsNear(Int128 ours, Int128 theirs, FrameTimes other, long units)
    {
        var (mine, its) = (_timeBase, other._timeBase);
        var difference = (ours * mine.Numerator * its.Denominator) - (theirs * its.Numerator * mine.Denominator);
        return Int128.Abs(difference) <= (Int128)units * its.Numerator * mine.Denominator;
    }
}
