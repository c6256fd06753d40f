using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>Replaces the masked pixels of an image in place. Pixels outside the mask are never written.</summary>
internal interface IMaskFiller
{
    /// <summary>What it does.</summary>
    RedactionTechnique Technique { get; }

    /// <summary>Fills every masked block.</summary>
    /// <param name="image">Image in any layout; changed in place.</param>
    /// <param name="mask">What is masked; of the image's size.</param>
    /// <param name="regions">The regions whose masks make up the map. Only mosaic and blur look at them.</param>
    /// <param name="grain">Grain of this frame. Only the outside fill looks at it.</param>
    /// <exception cref="ArgumentException">The mask is of another size than the image.</exception>
    void Fill(PixelImage image, MaskMap mask, ReadOnlySpan<MaskedRegion> regions, DitherNoise.Frame grain);
}
