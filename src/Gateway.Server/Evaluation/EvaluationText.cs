using System.Globalization;
using Gateway.Deidentification.Evaluation;
using Gateway.Server.Commands;

namespace Gateway.Server.Evaluation;

/// <summary>Figures for a person at a terminal: each with what it was measured on and its 95 % interval.</summary>
internal static class EvaluationText
{
    public static void Write(EvaluationSummary summary, TextWriter output)
    {
        var tally = summary.Tally;
        output.WriteLine();
        output.WriteLine($"set        {summary.Set}: {tally.Pictures} labelled {Noun(summary)}s, {tally.FacesCovered().Total} faces of 12 px and more");
        output.WriteLine($"detector   {summary.Model.Id} {summary.Model.Version}, SHA-256 {Convert.ToHexStringLower(summary.Model.Sha256.Span[..8])}..., {summary.Model.ExecutionProvider}");
        output.WriteLine($"through    {summary.Through}; technique {summary.Job.Redaction.Technique}");
        output.WriteLine();
        output.WriteLine("faces covered: at least 99 % of the middle 80 % of the box is masked; size is the longer side of the box");
        Table(output, "size px", FaceSizeClasses.Counted.Select(size => (FaceSizeClasses.NameOf(size), tally.FacesCovered(size))));
        Row(output, "all", tally.FacesCovered());
        Row(output, "by regions", tally.FacesCoveredByRegions());
        output.WriteLine($"\"by regions\" leaves out the {tally.PicturesClosed} of {tally.Pictures} {Noun(summary)}s that were masked whole or not sent; {Percent(tally.MaskedShare)} of all pixels are masked");
        WriteClosed(summary, output);
        output.WriteLine();
        output.WriteLine($"{Noun(summary)}s with faces on which every face is covered");
        Row(output, summary.Job.IsSequence ? "frame recall" : "pictures", tally.PicturesCovered);
        if (tally.Tracks.Count > 0 && summary.Job.IsSequence)
        {
            WriteTracks(tally, output);
        }

        WriteAttack(summary, output);
        WriteLeftOut(summary, output);
    }

    /// <summary>What a reader may conclude from an attack.</summary>
    public static string Conclude(ReidentificationResult attack) =>
        attack.Deidentified.Total == 0 ? "no track has a second sighting: nothing was looked up"
        : !attack.SaysSomething ? "the recogniser is no better than guessing on clear faces of this set: that it fails on de-identified ones says nothing"
        : attack.Deidentified.Low > attack.Chance ? "de-identified faces are found more often than by guessing: this recogniser still recognises people"
        : "no better than guessing was seen for this recogniser, unaligned crops and this set; others, and one trained on outputs, may do better";

    public static string Percent(double share) => (share * 100).ToString("F1", CultureInfo.InvariantCulture) + " %";

    public static string Interval(Proportion proportion) => string.Create(CultureInfo.InvariantCulture, $"{proportion.Low:F3} to {proportion.High:F3}");

    /// <summary>Frames from the first labelled one to the first covered one: median, 95th percentile, largest, and faces never covered.</summary>
    public static (int Median, int NinetyFifth, int Largest, int Never) TimeToFirstMask(EvaluationTally tally)
    {
        var frames = tally.Tracks.Select(track => track.FramesToFirstMask).OfType<int>().Order().ToArray();
        var never = tally.Tracks.Count - frames.Length;
        return frames.Length == 0 ? (0, 0, 0, never) : (frames[frames.Length / 2], frames[(int)Math.Ceiling(0.95 * frames.Length) - 1], frames[^1], never);
    }

    private static void WriteClosed(EvaluationSummary summary, TextWriter output)
    {
        foreach (var (reason, count) in summary.Tally.ClosedBy)
        {
            output.WriteLine($"  {reason,-13}  {count,16}  {ReasonText.Say(reason)}");
            output.WriteLine($"    {string.Join(' ', summary.Closed.NamesOf(reason))}{(count > summary.Closed.NamesOf(reason).Count ? " ..." : "")}");
        }
    }

    private static void WriteTracks(EvaluationTally tally, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("track exposure: tracks with at least one frame on which the face is not covered; size is the mean of the track");
        Table(output, "size px", FaceSizeClasses.Counted.Select(size => (FaceSizeClasses.NameOf(size), tally.TracksExposed(size))));
        Row(output, "all", tally.TracksExposed());
        var (median, ninetyFifth, largest, never) = TimeToFirstMask(tally);
        output.WriteLine();
        output.WriteLine($"time to first mask: median {median}, 95th percentile {ninetyFifth}, largest {largest} frames; {never} of {tally.Tracks.Count} tracks never masked");
        output.WriteLine("frames of one track resemble each other: the intervals over faces and frames are too narrow, that over tracks is not");
    }

    private static void WriteAttack(EvaluationSummary summary, TextWriter output)
    {
        if (summary.Attack is not { } attack)
        {
            return;
        }

        output.WriteLine();
        output.WriteLine($"re-identification by {attack.Recogniser}: rank 1 among {attack.Identities} faces, guessing finds {attack.Chance.ToString("F3", CultureInfo.InvariantCulture)}");
        Row(output, "clear", attack.Clear);
        Row(output, "de-identified", attack.Deidentified);
        output.WriteLine(Conclude(attack));
    }

    private static void WriteLeftOut(EvaluationSummary summary, TextWriter output)
    {
        output.WriteLine();
        if (summary.Unlabelled > 0)
        {
            output.WriteLine($"{summary.Unlabelled} {Noun(summary)}s are not in the label file and in no figure; name one without a box where it has no face");
        }

        if (summary.Tally.FacesNotCounted > 0)
        {
            output.WriteLine($"{summary.Tally.FacesNotCounted} labelled faces are below 12 px and in no figure");
        }

        if (summary.FacesOutside > 0)
        {
            output.WriteLine($"{summary.FacesOutside} labelled faces lie outside their picture and are in no figure; are the labels of these pictures, and of the upright ones?");
        }

        output.WriteLine("A face that nobody labelled is in no figure.");
    }

    private static void Table(TextWriter output, string first, IEnumerable<(string Name, Proportion Value)> rows)
    {
        output.WriteLine($"  {first,-13}  {"count",16}  {"share",6}  95 % interval");
        foreach (var (name, value) in rows)
        {
            Row(output, name, value);
        }
    }

    private static void Row(TextWriter output, string name, Proportion value)
    {
        var count = string.Create(CultureInfo.InvariantCulture, $"{value.Hits} of {value.Total}");
        output.WriteLine(value.Total == 0
            ? $"  {name,-13}  {"none",16}"
            : string.Create(CultureInfo.InvariantCulture, $"  {name,-13}  {count,16}  {value.Share,6:F3}  {Interval(value)}"));
    }

    private static string Noun(EvaluationSummary summary) => summary.Job.IsSequence ? "frame" : "picture";
}
