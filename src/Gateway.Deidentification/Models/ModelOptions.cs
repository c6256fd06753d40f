namespace Gateway.Deidentification.Models;

/// <summary>Which model finds the faces.</summary>
public sealed record ModelOptions
{
    /// <summary>
    /// Path of the model file, ONNX. Default: none, the model inside the program is used. Set it together with
    /// <see cref="ManifestPath"/> to plug in a better detector.
    /// </summary>
    public string? ModelPath { get; init; }

    /// <summary>Path of the manifest that vouches for the file at <see cref="ModelPath"/>. Default: none.</summary>
    public string? ManifestPath { get; init; }

    /// <summary>
    /// Refuse a model whose manifest does not say that commercial use of its weights and of its training data was cleared. Default false: the
    /// model inside the program says `review`, because the rights in its training pictures are not settled. A commercial deployment sets it.
    /// </summary>
    public bool RequireCommercialUse { get; init; }

    /// <summary>File of waivers for models that <see cref="RequireCommercialUse"/> would refuse; see <see cref="LicenceWaiver"/>. Default: none.</summary>
    public string? WaiverPath { get; init; }
}
