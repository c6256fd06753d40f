using System.Numerics;

namespace Gateway.Deidentification.Detection.Decoders;

/// <summary>
/// Reads the heads `cls_*`, `obj_*` and `bbox_*` of a YuNet-like model: score = sqrt(cls × obj), centre = (cell + bbox[0..2]) × stride,
/// size = exp(bbox[2..4]) × stride. The landmark heads `kps_*` are not asked for: nobody needs to know where the eyes are.
/// </summary>
internal sealed class YunetHeads(IReadOnlyList<int> strides) : IOutputDecoder
{
    public const string DecoderName = "yunet-heads";

    /// <summary>Numbers a cell has in the outputs that are read.</summary>
    private const int ValuesPerCell = 1 + 1 + 4;

    private static readonly (string Name, int Values)[] Read = [("cls", 1), ("obj", 1), ("bbox", 4)];

    private readonly int[] _strides = [.. strides];

    public IReadOnlyList<string> UnreadOutputs => [.. _strides.Select(stride => $"kps_{stride}")];

    /// <summary>Level by level cls, obj, bbox.</summary>
    public IReadOnlyList<ModelOutput> OutputsFor(CanvasSize canvas) =>
        [.. _strides.SelectMany(stride => Read.Select(head => new ModelOutput($"{head.Name}_{stride}", 1, canvas.CellsAt(stride), head.Values)))];

    public int ValuesOf(CanvasSize canvas)
    {
        var sum = 0;
        foreach (var stride in _strides)
        {
            sum += canvas.CellsAt(stride) * ValuesPerCell;
        }

        return sum;
    }

    public DetectionOutcome TryAdd(ReadOnlySpan<float> outputs, Pass pass, float scoreMin, Candidates candidates)
    {
        var at = 0;
        foreach (var stride in _strides)
        {
            var values = pass.Canvas.CellsAt(stride) * ValuesPerCell;
            if (!TryAdd(outputs.Slice(at, values), stride, pass.Canvas, scoreMin, candidates))
            {
                return DetectionOutcome.Saturated;
            }

            at += values;
        }

        return DetectionOutcome.Detected;
    }

    /// <summary>Adds the candidates of one level, in canvas pixels. False when the list is full.</summary>
    public static bool TryAdd(ReadOnlySpan<float> level, int stride, CanvasSize canvas, float scoreMin, Candidates candidates)
    {
        var cells = canvas.CellsAt(stride);
        var cls = level[..cells];
        var obj = level[cells..(2 * cells)];
        var bbox = level[(2 * cells)..];
        var productMin = scoreMin * scoreMin;
        var limit = new Vector<float>(productMin);
        for (var cell = 0; cell < cells; cell++)
        {
            // Nearly all cells are far below the threshold: look at a vector of them at once.
            while (cell + Vector<float>.Count <= cells
                && Vector.LessThanAll(new Vector<float>(cls[cell..]) * new Vector<float>(obj[cell..]), limit))
            {
                cell += Vector<float>.Count;
            }

            if (cell < cells && cls[cell] * obj[cell] is var product && product >= productMin
                && !candidates.TryAdd(new RegionDetection(Box(bbox.Slice(4 * cell, 4), cell, canvas.Width / stride, stride), MathF.Min(1, MathF.Sqrt(product)))))
            {
                return false;
            }
        }

        return true;
    }

    private static RegionBox Box(ReadOnlySpan<float> bbox, int cell, int columns, int stride)
    {
        var (width, height) = (MathF.Exp(bbox[2]) * stride, MathF.Exp(bbox[3]) * stride);
        var (x, y) = (((cell % columns) + bbox[0]) * stride, ((cell / columns) + bbox[1]) * stride);
        return new RegionBox(x - (width / 2), y - (height / 2), width, height);
    }
}
