using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>Masks a frame whose decision could not be made.</summary>
internal static class WholeFrame
{
    /// <summary>Replaces every pixel by one flat gray. It needs nothing that could have failed before.</summary>
    public static void Fill(PixelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        FlatFill.Fill(image, MaskMap.Whole(image.Width, image.Height), SolidFill.DefaultLuma);
    }
}
