namespace Gateway.Server.Configuration;

/// <summary>A model that looks for another class than faces: heads, licence plates, persons, text or screens. Its manifest says which.</summary>
internal sealed class RegionModelSettings
{
    /// <summary>ONNX file with the outputs that the manifest names. No default.</summary>
    public string ModelFile { get; set; } = "";

    /// <summary>Its manifest: what it finds, digest, size range, thresholds, licence. No default.</summary>
    public string ModelManifest { get; set; } = "";

    public void Validate(string section, Findings findings)
    {
        findings.RequireFile(ModelFile, $"{section}:ModelFile");
        findings.RequireFile(ModelManifest, $"{section}:ModelManifest");
    }
}
