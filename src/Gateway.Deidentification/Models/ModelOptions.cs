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
    /// Refuse a model whose manifest does not say `commercialUse: yes`. Default false: the model inside the program says `review`, because
    /// the rights in its training pictures are not settled. A commercial deployment sets it.
    /// </summary>
    public bool RequireCommercialUse { get; init; }
}
