using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Detection.Decoders;

/// <summary>
/// Reads rows of one box each, as YOLO models give them: centre x, centre y, width and height in input pixels, then perhaps how sure it is that
/// there is anything (objectness), then a score for every class. Only the classes the manifest names count. Models that draw outlines as well
/// have at the end of each row the weights of their second output.
/// </summary>
internal sealed class YoloRows(RowsLayout layout, IReadOnlyList<int> strides, PrototypeMasks? masks = null) : IOutputDecoder
{
    public const string DecoderName = "yolo-rows";

    /// <summary>The same with outlines.</summary>
    public const string SegmentsDecoderName = "yolo-segments";

    /// <summary>Numbers of a box.</summary>
    public const int BoxValues = 4;

    private readonly int[] _strides = [.. strides];
    private readonly int[] _scores = [.. layout.Found.Select(index => BoxValues + (layout.HasObjectness ? 1 : 0) + index)];

    private readonly float[] _weights = new float[layout.Weights];

    public IReadOnlyList<ModelOutput> OutputsFor(CanvasSize canvas)
    {
        var rows = layout.IsValuesFirst
            ? new ModelOutput(layout.Output, 1, layout.Values, RowsOf(canvas))
            : new ModelOutput(layout.Output, 1, RowsOf(canvas), layout.Values);
        return masks is null ? [rows] : [rows, masks.OutputFor(canvas)];
    }

    public int ValuesOf(CanvasSize canvas) => RowValuesOf(canvas) + (masks?.ValuesOf(canvas) ?? 0);

    public bool AreScores(ReadOnlySpan<float> outputs, CanvasSize canvas)
    {
        var table = TableOf(outputs, canvas);
        for (var value = BoxValues; value < layout.Values - layout.Weights; value++)
        {
            for (var row = 0; row < table.Rows; row++)
            {
                if (!FloatValues.IsScore(table[row, value]))
                {
                    return false;
                }
            }
        }

        return true;
    }

    public DetectionOutcome TryAdd(ReadOnlySpan<float> outputs, Pass pass, float scoreMin, Candidates candidates)
    {
        var table = TableOf(outputs, pass.Canvas);
        masks?.Begin(pass.Canvas);
        foreach (var column in _scores)
        {
            for (var row = table.NextAtLeast(column, 0, scoreMin); row < table.Rows; row = table.NextAtLeast(column, row + 1, scoreMin))
            {
                var sure = layout.HasObjectness ? table[row, BoxValues] : 1;
                if (!FloatValues.IsScore(table[row, column]) || !FloatValues.IsScore(sure))
                {
                    return DetectionOutcome.NotFinite;
                }

                var score = Math.Min(1, table[row, column] * sure);
                if (score >= scoreMin && !candidates.TryAdd(Detection(table, row, score, outputs, pass, candidates)))
                {
                    return DetectionOutcome.Saturated;
                }
            }
        }

        return DetectionOutcome.Detected;
    }

    private RegionDetection Detection(RowTable table, int row, float score, ReadOnlySpan<float> outputs, Pass pass, Candidates candidates)
    {
        var found = new RegionDetection(BoxOf(table, row), score);
        if (masks is null)
        {
            return found;
        }

        for (var weight = 0; weight < _weights.Length; weight++)
        {
            _weights[weight] = table[row, layout.Values - layout.Weights + weight];
        }

        var outline = candidates.RentOutline();
        if (masks.TryDraw(outputs.Slice(RowValuesOf(pass.Canvas), masks.ValuesOf(pass.Canvas)), _weights, found.Box, pass, outline))
        {
            return found with { Outline = outline };
        }

        candidates.ReturnOutline();
        return found;
    }

    private static RegionBox BoxOf(RowTable table, int row)
    {
        var (width, height) = (table[row, 2], table[row, 3]);
        return new RegionBox(table[row, 0] - (width / 2), table[row, 1] - (height / 2), width, height);
    }

    private RowTable TableOf(ReadOnlySpan<float> outputs, CanvasSize canvas) => new(outputs[..RowValuesOf(canvas)], RowsOf(canvas), layout.Values, layout.IsValuesFirst);

    private int RowValuesOf(CanvasSize canvas) => layout.Values * RowsOf(canvas);

    private int RowsOf(CanvasSize canvas)
    {
        var cells = 0;
        foreach (var stride in _strides)
        {
            cells += canvas.CellsAt(stride);
        }

        return cells * layout.RowsPerCell;
    }

    /// <summary>Rows and their values, whichever of them lie side by side.</summary>
    private readonly ref struct RowTable(ReadOnlySpan<float> numbers, int rows, int values, bool isValuesFirst)
    {
        private readonly ReadOnlySpan<float> _numbers = numbers;

        public int Rows => rows;

        public float this[int row, int value] => isValuesFirst ? _numbers[(value * rows) + row] : _numbers[(row * values) + value];

        /// <summary>The next row from one on in which a value is at least a limit; the number of rows where there is none.</summary>
        public int NextAtLeast(int value, int from, float limit)
        {
            if (isValuesFirst)
            {
                return FloatValues.NextAtLeast(_numbers.Slice(value * rows, rows), from, limit);
            }

            var row = from;
            while (row < rows && !(_numbers[(row * values) + value] >= limit))
            {
                row++;
            }

            return row;
        }
    }
}
