using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Detection.Decoders;

/// <summary>
/// Reads a map of probabilities, as detectors of text (DBNet) and segmentations give it: cells that hang together, corners included, are one
/// region. Its score is that of its best cell: a faint part must not talk a clear one out of its mask.
/// </summary>
internal sealed class ProbabilityMap(MapLayout layout) : IOutputDecoder
{
    public const string DecoderName = "probability-map";

    /// <summary>What is smaller than this to both sides, in input pixels, shows nothing anybody could read.</summary>
    private const float SidePxMin = 3;

    private readonly ConnectedCells _cells = new();

    public IReadOnlyList<ModelOutput> OutputsFor(CanvasSize canvas) =>
        [new ModelOutput(layout.Output, 1, layout.Channels, canvas.Height / layout.Stride, canvas.Width / layout.Stride)];

    public int ValuesOf(CanvasSize canvas) => layout.Channels * canvas.CellsAt(layout.Stride);

    public bool AreScores(ReadOnlySpan<float> outputs, CanvasSize canvas) => FloatValues.AreScores(MapOf(outputs, canvas));

    public DetectionOutcome TryAdd(ReadOnlySpan<float> outputs, Pass pass, float scoreMin, Candidates candidates)
    {
        var map = MapOf(outputs, pass.Canvas);
        if (!_cells.TryFind(map, pass.Canvas.Width / layout.Stride, scoreMin))
        {
            return DetectionOutcome.Saturated;
        }

        for (var index = 0; index < _cells.Count; index++)
        {
            if (!_cells.IsWhole(index))
            {
                continue;
            }

            var (cells, score) = (_cells.BoundsOf(index), _cells.BestOf(index));
            if (!FloatValues.IsScore(score))
            {
                return DetectionOutcome.NotFinite;
            }

            var box = new RegionBox(cells.Left * layout.Stride, cells.Top * layout.Stride, cells.Width * layout.Stride, cells.Height * layout.Stride);
            if (Math.Max(box.Width, box.Height) >= SidePxMin && !candidates.TryAdd(new RegionDetection(Unclipped(box), Math.Min(1, score))))
            {
                return DetectionOutcome.Saturated;
            }
        }

        return DetectionOutcome.Detected;
    }

    /// <summary>Such models are taught a core of each line, so that lines do not run into each other; this is the way back, by area over perimeter.</summary>
    private RegionBox Unclipped(in RegionBox box)
    {
        var side = layout.Unclip * box.Area / (2 * (box.Width + box.Height));
        return new RegionBox(box.X - side, box.Y - side, box.Width + (2 * side), box.Height + (2 * side));
    }

    private ReadOnlySpan<float> MapOf(ReadOnlySpan<float> outputs, CanvasSize canvas) =>
        outputs.Slice(layout.Channel * canvas.CellsAt(layout.Stride), canvas.CellsAt(layout.Stride));
}
