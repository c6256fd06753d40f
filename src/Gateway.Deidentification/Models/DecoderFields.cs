using Gateway.Deidentification.Detection;

namespace Gateway.Deidentification.Models;

/// <summary>Reads what a manifest says about the outputs of its model: each decoder has fields of its own.</summary>
internal static class DecoderFields
{
    private const int StridesMax = 8;

    /// <summary>The strides of the output levels, ascending.</summary>
    public static List<int> Strides(ManifestFields root, ModelInput input)
    {
        var strides = root.Numbers("strides", StridesMax).ConvertAll(stride => (int)stride);
        if (strides.Count == 0 || strides.Exists(stride => stride is < 1 or > 256) || !strides.SequenceEqual(strides.Distinct().Order()))
        {
            root.Report("strides", $"must be 1 to {StridesMax} ascending whole numbers from 1 to 256");
        }
        else if (strides.Exists(stride => !IsDividedBy(input, stride)))
        {
            root.Report("input.multipleOf", "must be a multiple of every stride, and so must a fixed size; otherwise the last cells of a level see no pixels");
        }

        return strides;
    }

    /// <summary>The fields of "yolo-rows".</summary>
    /// <param name="rows">The fields.</param>
    /// <param name="weights">Numbers at the end of each row that weigh prototypes.</param>
    public static RowsLayout Rows(ManifestFields rows, int weights)
    {
        var classes = rows.Whole("classes", 1, RowsLayout.ClassesMax);
        return new RowsLayout
        {
            Output = rows.Text("output", 64),
            IsValuesFirst = rows.OneOf("order", "values-first", "rows-first") == "values-first",
            HasObjectness = rows.Flag("objectness"),
            Classes = classes,
            Found = Found(rows, classes),
            RowsPerCell = rows.Has("rowsPerCell") ? rows.Whole("rowsPerCell", 1, 16) : 1,
            Weights = weights,
        };
    }

    /// <summary>What "yolo-segments" has beside the fields of "yolo-rows".</summary>
    public static SegmentsLayout Segments(ManifestFields root, ModelInput input, RegionClass regionClass)
    {
        if (regionClass != RegionClass.Person)
        {
            root.Report("task", "outlines are drawn of persons only; find other classes with a model of boxes");
        }

        var segments = root.Child("segments");
        var stride = segments.Has("stride") ? segments.Whole("stride", 1, 32) : 4;
        if (!IsDividedBy(input, stride))
        {
            segments.Report("stride", "must divide input.multipleOf, or a fixed size; otherwise the last cells of a prototype see no pixels");
        }

        return new SegmentsLayout
        {
            Output = segments.Text("output", 64),
            Prototypes = segments.Has("prototypes") ? segments.Whole("prototypes", 1, SegmentsLayout.PrototypesMax) : 32,
            Stride = stride,
            Threshold = segments.Optional("threshold", 0.05f, SegmentsLayout.ThresholdMax, SegmentsLayout.ThresholdDefault),
        };
    }

    /// <summary>The fields of "probability-map".</summary>
    public static MapLayout Map(ManifestFields map, ModelInput input)
    {
        var stride = map.Has("stride") ? map.Whole("stride", 1, 32) : 1;
        if (!IsDividedBy(input, stride))
        {
            map.Report("stride", "must divide input.multipleOf, or a fixed size; otherwise the last cells of the map see no pixels");
        }

        var channels = map.Has("channels") ? map.Whole("channels", 1, MapLayout.ChannelsMax) : 1;
        return new MapLayout
        {
            Output = map.Text("output", 64),
            Stride = stride,
            Channels = channels,
            Channel = map.Has("channel") ? map.Whole("channel", 0, channels - 1) : 0,
            Unclip = map.Optional("unclip", 0, 4, 0),
        };
    }

    private static List<int> Found(ManifestFields rows, int classes)
    {
        var found = rows.Numbers("found", RowsLayout.ClassesMax);
        if (found.Count == 0 || found.Exists(index => index != Math.Floor(index) || index < 0 || index >= classes) || found.Distinct().Count() != found.Count)
        {
            rows.Report("found", $"must name which of the {classes} classes count, each once, from 0 to {classes - 1}");
            return [0];
        }

        return found.ConvertAll(index => (int)index);
    }

    private static bool IsDividedBy(ModelInput input, int stride) => input.FixedSize is { } size
        ? size.Width % stride == 0 && size.Height % stride == 0
        : input.MultipleOf % stride == 0;
}
