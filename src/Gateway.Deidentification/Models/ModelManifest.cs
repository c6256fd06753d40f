namespace Gateway.Deidentification.Models;

/// <summary>What a model is and how it must be asked. The manifest is trusted configuration; the model file is trusted only by it.</summary>
public sealed record ModelManifest
{
    /// <summary>Identifier, 1 to 64 characters.</summary>
    public required string Id { get; init; }

    /// <summary>Version, 1 to 64 characters.</summary>
    public required string Version { get; init; }

    /// <summary>SHA-256 of the model file, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Sha256 { get; init; }

    /// <summary>Length of the model file, 1 to <see cref="ModelFile.ModelBytesMax"/>.</summary>
    public required int Bytes { get; init; }

    /// <summary>Name of the decoder that understands the outputs, such as "yunet-heads".</summary>
    public required string Decoder { get; init; }

    /// <summary>Name of the input tensor: float32, NCHW, channels BGR in 0..255.</summary>
    public required string InputName { get; init; }

    /// <summary>The sides of the input must be multiples of this, 1 to 256.</summary>
    public required int InputMultipleOf { get; init; }

    /// <summary>Strides of the output levels, ascending, in input pixels.</summary>
    public required IReadOnlyList<int> Strides { get; init; }

    /// <summary>Sizes of faces the model was made for.</summary>
    public required FaceSizeRange FaceSizePx { get; init; }

    /// <summary>Scores from which a detection has an effect.</summary>
    public required ScoreThresholds Thresholds { get; init; }

    /// <summary>Overlap (intersection over union) above which two boxes are one face, above 0 and below 1.</summary>
    public required float NmsIou { get; init; }

    /// <summary>Terms.</summary>
    public required ModelLicence Licence { get; init; }

    /// <summary>After this time the model is refused; none if the manifest names no `expires`.</summary>
    public DateTimeOffset? Expires { get; init; }
}
