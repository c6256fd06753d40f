using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>One dark gray over every mask.</summary>
/// <param name="luma">Brightness, 0 to 255.</param>
internal sealed class SolidFill(byte luma = SolidFill.DefaultLuma) : IMaskFiller
{
    /// <summary>Dark enough to be seen as a deliberate mask on most pictures, and a legal value where luma is limited to 16 to 235.</summary>
    public const byte DefaultLuma = 64;

    public RedactionTechnique Technique => RedactionTechnique.Solid;

    public void Fill(PixelImage image, MaskMap mask, ReadOnlySpan<MaskedRegion> regions, DitherNoise.Frame grain)
    {
        MaskFillers.CheckSize(image, mask);
        FlatFill.Fill(image, mask, luma);
    }
}
