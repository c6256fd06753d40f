using System.Globalization;
using System.Net;
using System.Text;
using Gateway.Deidentification.Evaluation;
using Gateway.Server.Commands;

namespace Gateway.Server.Evaluation;

/// <summary>
/// The figures as one HTML file: no scripts, nothing fetched from anywhere. Its only pictures are the worst cases, in which every labelled face is
/// filled and the rest is reduced to cells.
/// </summary>
internal static class HtmlReport
{
    private const string Style = """
        :root{--ink:#1d2733;--soft:#5a6876;--line:#d9e0e7;--ground:#f6f8fa;--card:#fff;--good:#1f7a5c;--bad:#b3372f;--tint:#e4f1ec}
        @media (prefers-color-scheme:dark){:root{--ink:#e6ebf0;--soft:#9fb0bf;--line:#33404d;--ground:#12181f;--card:#1a222b;--good:#57c79c;--bad:#ef8279;--tint:#1d3a30}}
        *{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
        main{max-width:1020px;margin:0 auto;padding:36px 24px 64px}h1{font-size:26px;margin:0 0 4px}h2{font-size:18px;margin:36px 0 10px}
        p{margin:6px 0;max-width:78ch}.soft{color:var(--soft)}code{font:13px ui-monospace,"Liberation Mono",monospace;overflow-wrap:anywhere}
        .cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(210px,1fr));gap:14px;margin:24px 0}
        .card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 16px}.card b{display:block;font-size:28px;line-height:1.25;font-variant-numeric:tabular-nums}
        .card span{color:var(--soft);font-size:13px}.card em{font-style:normal;display:block;font-size:13px}
        table{border-collapse:collapse;width:100%;background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden;font-variant-numeric:tabular-nums}
        th,td{padding:7px 14px;text-align:right;border-top:1px solid var(--line)}th{font-weight:600;color:var(--soft);border-top:0;font-size:13px}th:first-child,td:first-child{text-align:left}
        tr.all td{font-weight:600;background:var(--tint)}.plot{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:10px;margin:0 0 12px}
        svg{display:block;width:100%;height:auto}svg text{fill:var(--soft);font:12px system-ui,"Liberation Sans",sans-serif}svg .value{fill:var(--ink)}
        .worst{display:grid;grid-template-columns:repeat(auto-fill,minmax(225px,1fr));gap:14px}.worst figure{margin:0;background:var(--card);border:1px solid var(--line);border-radius:10px;overflow:hidden}
        .worst svg{background:#888}.worst figcaption{padding:8px 12px;font-size:13px;overflow-wrap:anywhere}.key i{display:inline-block;width:12px;height:12px;margin:0 5px -1px 12px;border-radius:2px}
        """;

    public static string Write(EvaluationSummary summary)
    {
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
        page.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">");
        page.Append("<title>De-identification, evaluated</title><style>").Append(Style).Append("</style></head><body><main>");
        Head(page, summary);
        Cards(page, summary);
        Sizes(page, summary);
        if (HasTracks(summary))
        {
            Tracks(page, summary.Tally);
        }

        Attack(page, summary.Attack);
        Worst(page, summary.Worst.Cases);
        Reading(page, summary);
        return page.Append("</main></body></html>\n").ToString();
    }

    private static bool HasTracks(EvaluationSummary summary) => summary.Job.IsSequence && summary.Tally.Tracks.Count > 0;

    private static void Head(StringBuilder page, EvaluationSummary summary)
    {
        page.Append("<h1>What is left of labelled faces</h1>");
        page.Append(CultureInfo.InvariantCulture, $"<p>{Text(summary.Set)}: {summary.Tally.Pictures} {Noun(summary)}s, {summary.Tally.FacesCovered().Total} faces of 12 px and more.</p>");
        page.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">Detector {Text(summary.Model.Id)} {Text(summary.Model.Version)} ({Text(summary.Model.ExecutionProvider)}), SHA-256 <code>{Convert.ToHexStringLower(summary.Model.Sha256.Span)}</code>.<br>");
        page.Append(CultureInfo.InvariantCulture, $"Through the {Text(summary.Through)}; technique {summary.Job.Redaction.Technique}, class {summary.Job.Redaction.Strength}. Measured {summary.At:yyyy-MM-dd HH:mm} UTC.</p>");
    }

    private static void Cards(StringBuilder page, EvaluationSummary summary)
    {
        var tally = summary.Tally;
        page.Append("<div class=\"cards\">");
        Card(page, "Faces covered", tally.FacesCovered());
        Card(page, summary.Job.IsSequence ? "Frame recall" : "Pictures with every face covered", tally.PicturesCovered);
        if (HasTracks(summary))
        {
            Card(page, "Track exposure", tally.TracksExposed());
        }

        page.Append(CultureInfo.InvariantCulture, $"<div class=\"card\"><span>Masked whole or not sent</span><b>{tally.PicturesClosed} of {tally.Pictures}</b><em>{EvaluationText.Percent(tally.MaskedShare)} of all pixels are masked</em></div></div>");
    }

    private static void Card(StringBuilder page, string name, Proportion value) => page.Append(
        CultureInfo.InvariantCulture,
        $"<div class=\"card\"><span>{name}</span><b>{(value.Total == 0 ? "none" : $"{EvaluationText.Percent(value.Share)}")}</b><em>{value.Hits} of {value.Total}; 95 % interval {EvaluationText.Interval(value)}</em></div>");

    private static void Sizes(StringBuilder page, EvaluationSummary summary)
    {
        var tally = summary.Tally;
        page.Append("<h2>Faces covered, by size</h2>");
        page.Append("<p class=\"soft\">Covered: at least 99 % of the middle 80 % of the labelled box is masked. Size: longer side of the box in pixels.</p>");
        page.Append("<div class=\"plot\">").Append(SvgPlot.Proportions([.. FaceSizeClasses.Counted.Select(size => (FaceSizeClasses.NameOf(size) + " px", tally.FacesCovered(size)))], isGood: true)).Append("</div>");
        Table(page, "Size", [.. FaceSizeClasses.Counted.Select(size => (FaceSizeClasses.NameOf(size) + " px", tally.FacesCovered(size))), ("all", tally.FacesCovered())]);
        page.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">Without the {tally.PicturesClosed} {Noun(summary)}s that were masked whole or not sent, masks of regions alone cover {Say(tally.FacesCoveredByRegions())}.</p>");
        Closed(page, summary);
    }

    private static void Closed(StringBuilder page, EvaluationSummary summary)
    {
        if (summary.Tally.PicturesClosed == 0)
        {
            return;
        }

        page.Append(CultureInfo.InvariantCulture, $"<h2>Masked whole or not sent</h2><table><tr><th>Reason</th><th>{(summary.Job.IsSequence ? "Frames" : "Pictures")}</th><th>Which</th></tr>");
        foreach (var (reason, count) in summary.Tally.ClosedBy)
        {
            var names = summary.Closed.NamesOf(reason);
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{reason}: {ReasonText.Say(reason)}</td><td>{count}</td><td>{Text(string.Join(", ", names))}{(count > names.Count ? ", and more" : "")}</td></tr>");
        }

        page.Append("</table>");
    }

    private static void Tracks(StringBuilder page, EvaluationTally tally)
    {
        page.Append("<h2>Track exposure, by size</h2>");
        page.Append("<p class=\"soft\">Exposed: on at least one frame the face is not covered. Size: mean over the track.</p>");
        page.Append("<div class=\"plot\">").Append(SvgPlot.Proportions([.. FaceSizeClasses.Counted.Select(size => (FaceSizeClasses.NameOf(size) + " px", tally.TracksExposed(size)))], isGood: false)).Append("</div>");
        Table(page, "Size", [.. FaceSizeClasses.Counted.Select(size => (FaceSizeClasses.NameOf(size) + " px", tally.TracksExposed(size))), ("all", tally.TracksExposed())]);
        var (median, ninetyFifth, largest, never) = EvaluationText.TimeToFirstMask(tally);
        page.Append("<h2>Time to first mask</h2>");
        page.Append(CultureInfo.InvariantCulture, $"<p>From the first labelled frame to the first covered one: median {median}, 95th percentile {ninetyFifth}, largest {largest} frames; {never} of {tally.Tracks.Count} tracks were never masked.</p>");
        page.Append("<div class=\"plot\">").Append(SvgPlot.FirstMasks([.. tally.Tracks.Select(track => track.FramesToFirstMask)])).Append("</div>");
    }

    private static void Table(StringBuilder page, string first, IReadOnlyList<(string Name, Proportion Value)> rows)
    {
        page.Append(CultureInfo.InvariantCulture, $"<table><tr><th>{first}</th><th>Count</th><th>Share</th><th>95 % interval</th></tr>");
        foreach (var (name, value) in rows)
        {
            var cells = value.Total == 0 ? "<td>none</td><td></td><td></td>" : string.Create(CultureInfo.InvariantCulture, $"<td>{value.Hits} of {value.Total}</td><td>{value.Share:F3}</td><td>{EvaluationText.Interval(value)}</td>");
            page.Append(CultureInfo.InvariantCulture, $"<tr{(name == "all" ? " class=\"all\"" : "")}><td>{name}</td>{cells}</tr>");
        }

        page.Append("</table>");
    }

    private static void Attack(StringBuilder page, ReidentificationResult? attack)
    {
        if (attack is null)
        {
            return;
        }

        page.Append("<h2>Re-identification</h2>");
        page.Append(CultureInfo.InvariantCulture, $"<p>{Text(attack.Recogniser)} looks one later sighting of each track up among {attack.Identities} clear faces; rank 1. Guessing finds {EvaluationText.Percent(attack.Chance)}.</p>");
        page.Append("<div class=\"plot\">").Append(SvgPlot.Proportions([("clear", attack.Clear), ("de-identified", attack.Deidentified)], isGood: false)).Append("</div>");
        page.Append(CultureInfo.InvariantCulture, $"<p>{Text(EvaluationText.Conclude(attack))}.</p>");
    }

    private static void Worst(StringBuilder page, IReadOnlyList<WorstCase> cases)
    {
        page.Append("<h2>Exposed most</h2>");
        if (cases.Count == 0)
        {
            page.Append("<p>No labelled face was left uncovered.</p>");
            return;
        }

        page.Append("<p class=\"soft\">No face is shown: every labelled face is filled grey here, masked or not, and the rest is reduced to cells. ");
        page.Append("<span class=\"key\"><i style=\"background:#e5484d\"></i>labelled box, dashed its middle<i style=\"background:#3b82f6\"></i>masked in the output</span></p><div class=\"worst\">");
        foreach (var one in cases)
        {
            page.Append("<figure>").Append(SvgPlot.Case(one)).Append("<figcaption>").Append(Text(one.Name));
            page.Append(one.Sighting.Face.Line > 0 ? $", line {one.Sighting.Face.Line}" : "");
            page.Append(one.Sighting.Face.Track.Length > 0 ? $", track {Text(one.Sighting.Face.Track)}" : "");
            page.Append(CultureInfo.InvariantCulture, $"<br><span class=\"soft\">{FaceSizeClasses.SizeOf(one.Sighting.Face.Box):F0} px, {EvaluationText.Percent(one.Sighting.CoreShare)} of its middle covered</span></figcaption></figure>");
        }

        page.Append("</div>");
    }

    private static void Reading(StringBuilder page, EvaluationSummary summary)
    {
        page.Append("<h2>How to read this</h2>");
        page.Append("<p>The figures hold for this set and nothing else. A face that nobody labelled is in none of them; labels made by a detector say nothing about the faces that this detector never sees.</p>");
        page.Append("<p>Intervals are Wilson's at 95 %; where none or all are hits, the rule of three. They take faces for independent: frames of one track are not, so the interval over tracks is the one to rely on.</p>");
        page.Append("<p>Covering faces is not anonymity: body, clothing, gait and place stay.</p>");
        page.Append(CultureInfo.InvariantCulture, $"<p class=\"soft\">In no figure: {summary.Unlabelled} {Noun(summary)}s without labels, {summary.Tally.FacesNotCounted} faces below 12 px, {summary.FacesOutside} labels outside their picture, {summary.Refused.Count} pictures that were refused.</p>");
    }

    private static string Say(Proportion value) =>
        value.Total == 0 ? "no face, there is none" : string.Create(CultureInfo.InvariantCulture, $"{value.Hits} of {value.Total} ({value.Share:F3}, 95 % interval {EvaluationText.Interval(value)})");

    private static string Noun(EvaluationSummary summary) => summary.Job.IsSequence ? "frame" : "picture";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
