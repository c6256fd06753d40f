using System.Diagnostics.CodeAnalysis;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>The techniques and how strong each is.</summary>
internal static class MaskFillers
{
    /// <summary>Strength class of a technique, as records state it.</summary>
    public static StrengthClass StrengthOf(RedactionTechnique technique) => technique switch
    {
        RedactionTechnique.OutsideFill or RedactionTechnique.Solid or RedactionTechnique.Silhouette => StrengthClass.Irreversible,
        RedactionTechnique.Mosaic => StrengthClass.BoundedLeak,
        RedactionTechnique.Blur => StrengthClass.Cosmetic,
        _ => throw new ArgumentOutOfRangeException(nameof(technique)),
    };

    /// <summary>Gives the filler of a technique; refuses a <see cref="StrengthClass.Cosmetic"/> one unless weakness was asked for by name.</summary>
    public static bool TryCreate(RedactionTechnique technique, bool allowWeak, [NotNullWhen(true)] out IMaskFiller? filler)
    {
        filler = technique switch
        {
            RedactionTechnique.OutsideFill => new OutsideFill(),
            RedactionTechnique.Solid => new SolidFill(),
            RedactionTechnique.Silhouette => new SilhouetteFill(),
            RedactionTechnique.Mosaic => new MosaicFill(),
            RedactionTechnique.Blur => allowWeak ? new BlurFill() : null,
            _ => throw new ArgumentOutOfRangeException(nameof(technique)),
        };
        return filler is not null;
    }

    internal static void CheckSize(PixelImage image, MaskMap mask)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(mask);
        if (image.Width != mask.Width || image.Height != mask.Height)
        {
            throw new ArgumentException("The mask is of another size than the image.", nameof(mask));
        }
    }
}
