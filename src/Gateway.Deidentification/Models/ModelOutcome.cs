namespace Gateway.Deidentification.Models;

/// <summary>What became of an attempt to take a model into use. Only <see cref="Trusted"/> lets a frame be looked at.</summary>
public enum ModelOutcome
{
    /// <summary>The file is the one the manifest names, and it answers as the manifest says.</summary>
    Trusted,

    /// <summary>There is no manifest at the configured place.</summary>
    ManifestMissing,

    /// <summary>The manifest is not JSON, too long, or breaks a rule; the findings say which.</summary>
    ManifestInvalid,

    /// <summary>The manifest's `expires` has passed.</summary>
    ManifestExpired,

    /// <summary>The manifest says that commercial use is not cleared, and the node requires it.</summary>
    CommercialUseNotCleared,

    /// <summary>No decoder of the name in the manifest exists.</summary>
    UnknownDecoder,

    /// <summary>There is no model file at the configured place.</summary>
    ModelMissing,

    /// <summary>The file's length or SHA-256 is not the manifest's: the runtime was not shown a byte of it.</summary>
    DigestMismatch,

    /// <summary>The picture of the manifest's canary is not there, not the one of its digest, or no picture in which its regions lie.</summary>
    CanaryUnusable,

    /// <summary>The runtime cannot load the file.</summary>
    NotLoadable,

    /// <summary>Inputs or outputs of the model are not those of the decoder.</summary>
    InterfaceMismatch,
}
