using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>
/// Whole persons as flat shapes, and every other region with them: nothing of body, clothing or posture within a shape is left. It needs a
/// model that finds persons; without one it would be a solid fill of faces under a name that promises more. A person is painted along the
/// outline where the model draws one to believe, and as the box otherwise.
/// </summary>
internal sealed class SilhouetteFill : IMaskFiller
{
    /// <summary>A middle gray: a picture in which whole persons are nearly black can no longer be looked at for what they do.</summary>
    public const byte Luma = 112;

    public RedactionTechnique Technique => RedactionTechnique.Silhouette;

    public void Fill(PixelImage image, MaskMap mask, ReadOnlySpan<MaskedRegion> regions, DitherNoise.Frame grain)
    {
        MaskFillers.CheckSize(image, mask);
        FlatFill.Fill(image, mask, Luma);
    }
}
