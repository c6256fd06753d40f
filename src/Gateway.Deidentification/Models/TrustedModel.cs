namespace Gateway.Deidentification.Models;

/// <summary>A model file whose length and SHA-256 are those of its manifest. It is held in memory: what was checked is what is run.</summary>
public sealed class TrustedModel
{
    internal TrustedModel(ModelManifest manifest, byte[] bytes, byte[] canaryFile)
    {
        Manifest = manifest;
        Bytes = bytes;
        CanaryFile = canaryFile;
    }

    /// <summary>The manifest that vouches for it.</summary>
    public ModelManifest Manifest { get; }

    internal byte[] Bytes { get; }

    /// <summary>The file of the canary's picture, with the digest of the manifest; empty where that has no canary.</summary>
    internal byte[] CanaryFile { get; }
}
