using Gateway.Deidentification.Models;

namespace Gateway.Deidentification.Detection;

/// <summary>The output formats that are understood; the manifest names one.</summary>
internal static class HeadDecoders
{
    public const string KnownNames = YunetHeads.DecoderName;

    public static bool IsKnown(ModelManifest manifest) => manifest.Decoder == YunetHeads.DecoderName;
}
