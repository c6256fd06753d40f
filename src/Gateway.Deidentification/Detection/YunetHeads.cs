using System.Numerics;
using System.Runtime.InteropServices;
using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Detection;

/// <summary>
/// Reads the heads `cls_*`, `obj_*` and `bbox_*` of a YuNet-like model: score = sqrt(cls × obj), centre = (cell + bbox[0..2]) × stride,
/// size = exp(bbox[2..4]) × stride. The landmark heads `kps_*` are not asked for: nobody needs to know where the eyes are.
/// </summary>
internal static class YunetHeads
{
    public const string DecoderName = "yunet-heads";

    /// <summary>Numbers a cell has in the outputs that are read.</summary>
    public const int ValuesPerCell = 1 + 1 + 4;

    private static readonly (string Name, int Values)[] Read = [("cls", 1), ("obj", 1), ("bbox", 4)];

    /// <summary>The outputs that are read, in the order they lie in memory: level by level cls, obj, bbox.</summary>
    public static IEnumerable<HeadOutput> OutputsOf(ModelManifest manifest) =>
        manifest.Strides.SelectMany(stride => Read.Select(head => new HeadOutput($"{head.Name}_{stride}", stride, head.Values)));

    /// <summary>All names a model of this kind has.</summary>
    public static IEnumerable<string> AllNamesOf(ModelManifest manifest) =>
        OutputsOf(manifest).Select(output => output.Name).Concat(manifest.Strides.Select(stride => $"kps_{stride}"));

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

    /// <summary>True when no value is NaN or infinite; the exponent of such a value is all ones (IEEE 754 clause 3.4).</summary>
    public static bool AreFinite(ReadOnlySpan<float> values)
    {
        var bits = MemoryMarshal.Cast<float, int>(values);
        var exponent = new Vector<int>(0x7F800000);
        var index = 0;
        for (; index + Vector<int>.Count <= bits.Length; index += Vector<int>.Count)
        {
            if (Vector.EqualsAny(new Vector<int>(bits[index..]) & exponent, exponent))
            {
                return false;
            }
        }

        for (; index < bits.Length; index++)
        {
            if (!float.IsFinite(values[index]))
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
