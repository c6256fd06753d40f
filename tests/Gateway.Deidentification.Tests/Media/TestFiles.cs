using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Tests.Media;

/// <summary>Whole files of each format, encoded from a picture.</summary>
internal static class TestFiles
{
    public static readonly SkiaStillCodec Codec = new();

    public static readonly MediaLimits Limits = new();

    public static byte[] Jpeg(PixelImage image, int quality = 90, ChromaSampling chroma = ChromaSampling.Full) =>
        Codec.Encode(image, new StillTraits(StillFormat.Jpeg) { JpegQuality = quality, Chroma = chroma });

    public static byte[] Png(PixelImage image, bool alpha = false) => Codec.Encode(image, new StillTraits(StillFormat.Png) { HasAlpha = alpha });

    public static byte[] WebP(PixelImage image, bool lossless = true, bool alpha = false) =>
        Codec.Encode(image, new StillTraits(StillFormat.WebP) { Lossless = lossless, HasAlpha = alpha });

    public static byte[] Of(StillFormat format, PixelImage image) => format switch
    {
        StillFormat.Jpeg => Jpeg(image),
        StillFormat.Png => Png(image),
        _ => WebP(image),
    };

    /// <summary>Decodes a file that must decode.</summary>
    public static StillDecoding Decoded(byte[] file)
    {
        var decoding = Codec.Decode(file, Limits);
        Assert.Equal(MediaOutcome.Decoded, decoding.Outcome);
        return decoding;
    }

    public static MediaOutcome OutcomeOf(ReadOnlySpan<byte> file, MediaLimits? limits = null)
    {
        using var decoding = Codec.Decode(file, limits ?? Limits);
        Assert.Equal(decoding.IsDecoded, decoding.Image is not null);
        return decoding.Outcome;
    }
}
