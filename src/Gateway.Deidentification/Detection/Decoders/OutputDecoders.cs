using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Detection.Decoders;

/// <summary>The families of models whose outputs are understood; the manifest names one.</summary>
internal static class OutputDecoders
{
    private static readonly Dictionary<string, Func<ModelManifest, IOutputDecoder>> Known = new()
    {
        [YunetHeads.DecoderName] = manifest => new YunetHeads(manifest.Strides),
        [YoloRows.DecoderName] = manifest => new YoloRows(manifest.Rows!, manifest.Strides),
        [YoloRows.SegmentsDecoderName] = manifest => new YoloRows(manifest.Rows!, manifest.Strides, new PrototypeMasks(manifest.Segments!)),
        [ProbabilityMap.DecoderName] = manifest => new ProbabilityMap(manifest.Map!),
    };

    /// <summary>The names of all, for an operator who wrote another one.</summary>
    public static string KnownNames => string.Join(", ", Known.Keys);

    public static bool IsKnown(string decoder) => Known.ContainsKey(decoder);

    /// <summary>A decoder of its own for one context.</summary>
    /// <exception cref="KeyNotFoundException">The decoder is unknown; ask <see cref="IsKnown"/> first.</exception>
    public static IOutputDecoder For(ModelManifest manifest) => Known[manifest.Decoder](manifest);
}
