using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>Masks images in place.</summary>
public static class Redactor
{
    /// <summary>Replaces every masked pixel.</summary>
    public static void Apply(PixelImage image, MaskMap mask, RedactionTechnique technique)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(mask);
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                if (mask.Contains(x, y))
                {
                    FlatPixel.Set(image, x, y);
                }
            }
        }
    }
}
