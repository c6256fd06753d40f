using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>Masks whole images.</summary>
public static class WholeFrame
{
    /// <summary>Replaces every pixel by one flat colour.</summary>
    public static void Fill(PixelImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        image.Bytes.Fill(128);
    }
}
