using Gateway.Deidentification.Detection;

namespace Gateway.Deidentification.Models;

/// <summary>What a model is and how it must be asked. The manifest is trusted configuration; the model file is trusted only by it.</summary>
public sealed record ModelManifest
{
    /// <summary>Smallest <see cref="ScaleStep"/>.</summary>
    public const float ScaleStepMin = 1.2f;

    /// <summary>Largest <see cref="ScaleStep"/>.</summary>
    public const float ScaleStepMax = 2;

    /// <summary><see cref="ScaleStep"/> where the manifest names none: half the pixels from one look to the next.</summary>
    public const float ScaleStepDefault = 1.41f;

    /// <summary>Identifier, 1 to 64 characters.</summary>
    public required string Id { get; init; }

    /// <summary>Version, 1 to 64 characters.</summary>
    public required string Version { get; init; }

    /// <summary>What the model finds.</summary>
    public RegionClass Class { get; init; } = RegionClass.Face;

    /// <summary>SHA-256 of the model file, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Sha256 { get; init; }

    /// <summary>Length of the model file, 1 to <see cref="ModelFile.ModelBytesMax"/>.</summary>
    public required int Bytes { get; init; }

    /// <summary>Name of the decoder that understands the outputs: "yunet-heads", "yolo-rows", "yolo-segments" or "probability-map".</summary>
    public required string Decoder { get; init; }

    /// <summary>What the model takes.</summary>
    public required ModelInput Input { get; init; }

    /// <summary>Strides of the output levels, ascending, in input pixels; none for the decoder "probability-map".</summary>
    public IReadOnlyList<int> Strides { get; init; } = [];

    /// <summary>The rows of the decoders "yolo-rows" and "yolo-segments"; none for others.</summary>
    public RowsLayout? Rows { get; init; }

    /// <summary>What the decoder "yolo-segments" draws outlines from; none for others.</summary>
    public SegmentsLayout? Segments { get; init; }

    /// <summary>The output of the decoder "probability-map"; none for others.</summary>
    public MapLayout? Map { get; init; }

    /// <summary>Outputs the model has and that nobody needs. Any other that is not read is a sign that the manifest is of another model.</summary>
    public IReadOnlyList<string> IgnoredOutputs { get; init; } = [];

    /// <summary>
    /// Size, in pixels of the image, from which on a region must be seen: its longer side, or the height of a line of text. Default 12. The work
    /// per frame falls with its square.
    /// </summary>
    public int SmallestPx { get; init; } = DetectorOptions.SmallestFacePxMin;

    /// <summary>Sizes of regions, for most models faces, the model was made for.</summary>
    public required FaceSizeRange FaceSizePx { get; init; }

    /// <summary>
    /// Each look at an image is at most this much coarser than the one before, <see cref="ScaleStepMin"/> to <see cref="ScaleStepMax"/>. Small
    /// steps find more and cost more; a model with many false boxes is better served by large ones, since every look adds its own.
    /// </summary>
    public float ScaleStep { get; init; } = ScaleStepDefault;

    /// <summary>Scores from which a detection has an effect.</summary>
    public required ScoreThresholds Thresholds { get; init; }

    /// <summary>Overlap (intersection over union) above which two boxes are one face, above 0 and below 1.</summary>
    public required float NmsIou { get; init; }

    /// <summary>Terms.</summary>
    public required ModelLicence Licence { get; init; }

    /// <summary>What was measured with the model; none if the manifest has no figures under `metrics`.</summary>
    public ModelAssessment? Assessment { get; init; }

    /// <summary>A picture that proves that the model is alive; none if the manifest has no `canary`.</summary>
    public ModelCanary? Canary { get; init; }

    /// <summary>After this time the model is refused; none if the manifest names no `expires`.</summary>
    public DateTimeOffset? Expires { get; init; }
}
