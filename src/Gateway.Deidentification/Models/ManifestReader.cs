using System.Globalization;
using System.Text.Json;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Detection.Decoders;

namespace Gateway.Deidentification.Models;

/// <summary>Reads a manifest and reports every broken rule at once: an operator should not have to start the node once per mistake.</summary>
internal static class ManifestReader
{
    private const int FaceSidePxMax = 4096;
    private const int SmallestPxMax = 512;
    private const int IgnoredOutputsMax = 32;

    private static readonly Dictionary<string, RegionClass> Tasks = new()
    {
        ["face-detection"] = RegionClass.Face,
        ["head-detection"] = RegionClass.Head,
        ["licence-plate-detection"] = RegionClass.LicencePlate,
        ["person-detection"] = RegionClass.Person,
        ["text-detection"] = RegionClass.Text,
        ["screen-detection"] = RegionClass.Screen,
    };

    public static ModelManifest? Read(ReadOnlyMemory<byte> json, out IReadOnlyList<string> findings)
    {
        var found = new List<string>();
        findings = found;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            var root = new ManifestFields(document.RootElement, string.Empty, found);
            var manifest = Read(root, found);
            return found.Count == 0 ? manifest : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // The reader throws the second for a text that is no Unicode, and only when that text is looked at.
            found.Add("the manifest is not JSON; write it as described in MODEL_CARD.md");
            return null;
        }
    }

    private static ModelManifest Read(ManifestFields root, List<string> found)
    {
        var input = InputFields.Read(root.Child("input"));
        var (decoder, regionClass) = (root.Text("decoder", 64), Task(root));
        var segments = decoder == YoloRows.SegmentsDecoderName ? DecoderFields.Segments(root, input, regionClass) : null;
        return new ModelManifest
        {
            Id = root.Text("id", 64),
            Version = root.Text("version", 64),
            Class = regionClass,
            Sha256 = root.Digest("sha256", "the model file"),
            Bytes = root.Whole("bytes", 1, ModelFile.ModelBytesMax),
            Decoder = decoder,
            Input = input,

            // A decoder that nobody knows is refused by its name; what its fields are nobody knows either.
            Strides = decoder is YunetHeads.DecoderName or YoloRows.DecoderName or YoloRows.SegmentsDecoderName ? DecoderFields.Strides(root, input) : [],
            Rows = decoder is YoloRows.DecoderName or YoloRows.SegmentsDecoderName ? DecoderFields.Rows(root.Child("rows"), segments?.Prototypes ?? 0) : null,
            Segments = segments,
            Map = decoder == ProbabilityMap.DecoderName ? DecoderFields.Map(root.Child("map"), input) : null,
            IgnoredOutputs = root.Texts("ignoredOutputs", IgnoredOutputsMax),
            SmallestPx = SmallestPx(root, regionClass),
            FaceSizePx = FaceSize(root.Child("faceSizePx"), found),
            ScaleStep = root.Optional("scaleStep", ModelManifest.ScaleStepMin, ModelManifest.ScaleStepMax, ModelManifest.ScaleStepDefault),
            Thresholds = Thresholds(root.Child("thresholds"), found),
            NmsIou = root.Share("nmsIou"),
            Licence = Licence(root.Child("licence"), found),
            Assessment = Assessment(root),
            Canary = CanaryFields.Read(root),
            Expires = Expires(root, found),
        };
    }

    private static RegionClass Task(ManifestFields root)
    {
        if (root.Text("task", 64) is { Length: > 0 } task && !Tasks.ContainsKey(task))
        {
            root.Report("task", $"known are {string.Join(", ", Tasks.Keys)}");
        }

        return root.Has("task") ? Tasks.GetValueOrDefault(root.TextOrEmpty("task"), RegionClass.Face) : RegionClass.Face;
    }

    /// <summary>A face is looked for from the size on that the node promises, whatever its model would rather do.</summary>
    private static int SmallestPx(ManifestFields root, RegionClass regionClass)
    {
        var max = regionClass is RegionClass.Face or RegionClass.Head ? DetectorOptions.SmallestFacePxMax : SmallestPxMax;
        return root.Has("smallestPx") ? root.Whole("smallestPx", DetectorOptions.SmallestFacePxMin, max) : DetectorOptions.SmallestFacePxMin;
    }

    private static FaceSizeRange FaceSize(ManifestFields fields, List<string> found)
    {
        var range = new FaceSizeRange(fields.Whole("min", 1, FaceSidePxMax), fields.Whole("max", 1, FaceSidePxMax));
        if (range.Max < 2 * range.Min)
        {
            found.Add("faceSizePx: max must be at least twice min; a narrower range cannot be covered by scaled passes");
        }

        return range;
    }

    private static ScoreThresholds Thresholds(ManifestFields fields, List<string> found)
    {
        var thresholds = new ScoreThresholds(fields.Share("start"), fields.Share("continue"), fields.Share("mask"));
        if (thresholds.Continue > thresholds.Start || thresholds.Mask > thresholds.Start)
        {
            found.Add("thresholds: continue and mask must not exceed start; lower them or raise start");
        }

        return thresholds;
    }

    private static ModelLicence Licence(ManifestFields fields, List<string> found)
    {
        return new ModelLicence(
            fields.Text("code", 1024),
            fields.Text("weights", 1024),
            fields.Text("trainingData", 1024),
            Use(fields, "commercialUse", found),
            fields.Has("trainingDataCommercialUse") ? Use(fields, "trainingDataCommercialUse", found) : CommercialUse.Review);
    }

    private static CommercialUse Use(ManifestFields fields, string name, List<string> found)
    {
        var use = fields.Text(name, 16);
        if (use is not ("yes" or "review" or "no"))
        {
            found.Add($"licence.{name}: must be yes, review or no");
        }

        return use switch { "yes" => CommercialUse.Yes, "no" => CommercialUse.No, _ => CommercialUse.Review };
    }

    private static ModelAssessment? Assessment(ManifestFields root)
    {
        if (!root.Has("metrics"))
        {
            return null;
        }

        var metrics = root.Child("metrics");
        var figures = metrics.Figures();
        if (figures.Count > ModelAssessment.FiguresMax || figures.Exists(figure => figure.Key.Length is 0 or > 64 || !double.IsFinite(figure.Value)))
        {
            root.Report("metrics", $"must be at most {ModelAssessment.FiguresMax} figures with names of 1 to 64 characters");
        }

        var set = metrics.Text("set", 256);
        return figures.Count == 0 ? null : new ModelAssessment(set, figures);
    }

    private static DateTimeOffset? Expires(ManifestFields root, List<string> found)
    {
        if (!root.Has("expires"))
        {
            return null;
        }

        if (DateTimeOffset.TryParse(root.Text("expires", 40), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires))
        {
            return expires;
        }

        found.Add("expires: must be a date as 2027-01-31 or 2027-01-31T00:00:00Z");
        return null;
    }
}
