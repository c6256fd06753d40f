namespace Gateway.Deidentification.Models;

/// <summary>A model file whose length and SHA-256 are those of its manifest. It is held in memory: what was checked is what is run.</summary>
public sealed class TrustedModel
{
    internal TrustedModel(ModelManifest manifest, byte[] bytes)
    {
        Manifest = manifest;
        Bytes = bytes;
    }

    /// <summary>The manifest that vouches for it.</summary>
    public ModelManifest Manifest { get; }

    internal byte[] Bytes { get; }
}
