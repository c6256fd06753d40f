namespace Gateway.Deidentification.Redaction;

/// <summary>How masked pixels are made.</summary>
public enum RedactionTechnique
{
    /// <summary>Every masked pixel is computed from pixels outside the mask.</summary>
    OutsideFill = 1,

    /// <summary>One flat colour.</summary>
    Solid = 2,

    /// <summary>At most 8 x 8 cells over the mask, 4 bits a channel.</summary>
    Mosaic = 3,

    /// <summary>Gaussian-like blur.</summary>
    Blur = 4,
}
