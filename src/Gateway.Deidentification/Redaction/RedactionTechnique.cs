namespace Gateway.Deidentification.Redaction;

/// <summary>How masked pixels are made.</summary>
public enum RedactionTechnique
{
    /// <summary>Every masked pixel is computed from pixels outside the mask. <see cref="StrengthClass.Irreversible"/>; the default.</summary>
    OutsideFill,

    /// <summary>One flat colour. <see cref="StrengthClass.Irreversible"/>.</summary>
    Solid,

    /// <summary>At most 8 x 8 cells over a mask, 4 bits a channel. <see cref="StrengthClass.BoundedLeak"/>.</summary>
    Mosaic,

    /// <summary>Box blurs. <see cref="StrengthClass.Cosmetic"/>: published attacks restore it.</summary>
    Blur,

    /// <summary>Whole persons as flat shapes; needs a model that finds persons. <see cref="StrengthClass.Irreversible"/>.</summary>
    Silhouette,
}
