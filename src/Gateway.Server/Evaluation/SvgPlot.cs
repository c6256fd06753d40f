using System.Globalization;
using System.Text;
using Gateway.Deidentification.Evaluation;

namespace Gateway.Server.Evaluation;

/// <summary>Plots of a report, drawn as SVG by hand: a file that needs nothing else shows them for as long as it exists.</summary>
internal static class SvgPlot
{
    private const int Width = 960;
    private const int Left = 110;
    private const int Right = 170;
    private const int RowHeight = 38;
    private const int BarHeight = 18;
    private const int FirstMaskBars = 12;
    private const int FirstMaskHeight = 150;

    /// <summary>A bar for every share with its interval as a line.</summary>
    /// <param name="rows">Name and share.</param>
    /// <param name="isGood">True where more is better.</param>
    public static string Proportions(IReadOnlyList<(string Name, Proportion Value)> rows, bool isGood)
    {
        var (height, colour) = ((rows.Count * RowHeight) + 28, isGood ? "var(--good)" : "var(--bad)");
        var svg = Begin(Width, height, "Shares with 95 % intervals");
        for (var tick = 0; tick <= 4; tick++)
        {
            var x = X(tick / 4.0);
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x:F1}\" x2=\"{x:F1}\" y1=\"4\" y2=\"{height - 24}\" stroke=\"var(--line)\"/><text x=\"{x:F1}\" y=\"{height - 8}\" text-anchor=\"middle\">{tick * 25} %</text>");
        }

        for (var index = 0; index < rows.Count; index++)
        {
            var (name, value) = rows[index];
            var middle = (index * RowHeight) + (RowHeight / 2) + 2;
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 12}\" y=\"{middle + 4}\" text-anchor=\"end\">{name}</text>");
            if (value.Total == 0)
            {
                svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + 8}\" y=\"{middle + 4}\">none in this set</text>");
                continue;
            }

            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{middle - (BarHeight / 2)}\" width=\"{Math.Max(1.5, X(value.Share) - Left):F1}\" height=\"{BarHeight}\" rx=\"3\" fill=\"{colour}\" fill-opacity=\".55\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{X(value.Low):F1} {middle}H{X(value.High):F1}M{X(value.Low):F1} {middle - 6}v12M{X(value.High):F1} {middle - 6}v12\" stroke=\"var(--ink)\" stroke-width=\"1.6\" fill=\"none\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"value\" x=\"{Width - Right + 16}\" y=\"{middle + 4}\">{EvaluationText.Percent(value.Share)}  ({value.Hits} of {value.Total})</text>");
        }

        return svg.Append("</svg>").ToString();
    }

    /// <summary>How many tracks were first masked after so many frames; the last bars are the later ones and those never masked.</summary>
    public static string FirstMasks(IReadOnlyList<int?> frames)
    {
        var bars = Enumerable.Range(0, FirstMaskBars)
            .Select(number => ($"{number}", frames.Count(frame => frame == number)))
            .Append(($"{FirstMaskBars}+", frames.Count(frame => frame >= FirstMaskBars)))
            .Append(("never", frames.Count(frame => frame is null)))
            .ToArray();
        var (svg, most) = (Begin(Width, FirstMaskHeight + 44, "Frames to the first mask"), Math.Max(1, bars.Max(bar => bar.Item2)));
        var step = (Width - 40.0) / bars.Length;
        for (var index = 0; index < bars.Length; index++)
        {
            var (name, count) = bars[index];
            var (x, barHeight) = (20 + (index * step), FirstMaskHeight * count / (double)most);
            var colour = index == 0 ? "var(--good)" : "var(--bad)";
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x + 6:F1}\" y=\"{FirstMaskHeight + 16 - barHeight:F1}\" width=\"{step - 12:F1}\" height=\"{barHeight:F1}\" rx=\"3\" fill=\"{colour}\" fill-opacity=\".55\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"value\" x=\"{x + (step / 2):F1}\" y=\"{FirstMaskHeight + 12 - barHeight:F1}\" text-anchor=\"middle\">{(count == 0 ? "" : count)}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + (step / 2):F1}\" y=\"{FirstMaskHeight + 34}\" text-anchor=\"middle\">{name}</text>");
        }

        return svg.Append("</svg>").ToString();
    }

    /// <summary>A worst case: the reduced picture, what was masked, and the labelled box.</summary>
    public static string Case(WorstCase one)
    {
        var crop = one.Crop;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"{crop.Left} {crop.Top} {crop.Width} {crop.Height}\" role=\"img\" aria-label=\"Where the face was left\">");
        svg.Append(CultureInfo.InvariantCulture, $"<image x=\"{crop.Left}\" y=\"{crop.Top}\" width=\"{crop.Width}\" height=\"{crop.Height}\" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{Convert.ToBase64String(one.Picture.Span)}\"/>");
        foreach (var masked in one.Masked)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{masked.Left}\" y=\"{masked.Top}\" width=\"{masked.Width}\" height=\"{masked.Height}\" fill=\"#3b82f6\" fill-opacity=\".45\"/>");
        }

        Box(svg, one.Sighting.Face.Box, "");
        Box(svg, CoverMap.CoreOf(one.Sighting.Face.Box), " stroke-dasharray=\"4 3\"");
        return svg.Append("</svg>").ToString();
    }

    private static void Box(StringBuilder svg, in Gateway.Deidentification.Detection.RegionBox box, string more) => svg.Append(
        CultureInfo.InvariantCulture,
        $"<rect x=\"{box.X:F1}\" y=\"{box.Y:F1}\" width=\"{box.Width:F1}\" height=\"{box.Height:F1}\" fill=\"none\" stroke=\"#e5484d\" stroke-width=\"2\" vector-effect=\"non-scaling-stroke\"{more}/>");

    private static double X(double share) => Left + (share * (Width - Left - Right));

    private static StringBuilder Begin(int width, int height, string label) =>
        new StringBuilder().Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{label}\">");
}
