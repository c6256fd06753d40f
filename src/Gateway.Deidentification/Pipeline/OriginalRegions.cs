using Gateway.Deidentification.Media;
using Gateway.Deidentification.Records;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// Cuts the original pixels out of a file where its record says that it was masked. This is the reversible mode (R22): nothing does it unless an
/// operator asks for it by name, and whoever does has to seal what comes out before it is written anywhere.
/// </summary>
public static class OriginalRegions
{
    private const int BytesPerPixel = 4;

    /// <summary>Decodes the file again and cuts out the masked regions, in the order of the record; the whole image where it was masked whole.</summary>
    /// <param name="codec">The codec of the pipeline.</param>
    /// <param name="file">The file as it came in.</param>
    /// <param name="limits">What it may cost.</param>
    /// <param name="record">The record of its de-identification.</param>
    /// <returns>A PNG file a region, without metadata: original pixels, to be zeroed after use.</returns>
    /// <exception cref="InvalidDataException">The file is not the one of the record: it does not decode, or a mask lies outside of it.</exception>
    public static IReadOnlyList<byte[]> Cut(IStillCodec codec, ReadOnlySpan<byte> file, MediaLimits limits, DeidentificationRecord record)
    {
        ArgumentNullException.ThrowIfNull(codec);
        ArgumentNullException.ThrowIfNull(record);
        using var decoding = codec.Decode(file, limits);
        if (!decoding.IsDecoded)
        {
            throw new InvalidDataException($"the original does not decode: {decoding.Outcome}");
        }

        var cut = new List<byte[]>();
        foreach (var mask in MasksOf(record, decoding.Image))
        {
            using var region = Cut(decoding.Image, mask);
            cut.Add(codec.Encode(region, new StillTraits(StillFormat.Png) { HasAlpha = decoding.Traits.HasAlpha }));
        }

        return cut;
    }

    private static IEnumerable<PixelRect> MasksOf(DeidentificationRecord record, PixelImage image) => record.Decision switch
    {
        Decision.RegionsMasked => record.Regions.Select(region => region.Mask),
        Decision.FrameMasked => [new PixelRect(0, 0, image.Width, image.Height)],
        _ => [],
    };

    private static PixelImage Cut(PixelImage image, PixelRect mask)
    {
        if (mask.IsEmpty || mask != mask.ClipTo(image.Width, image.Height))
        {
            throw new InvalidDataException("a mask of the record lies outside of the original");
        }

        var region = PixelImage.Create(PixelLayout.Bgra32, mask.Width, mask.Height);
        for (var row = 0; row < mask.Height; row++)
        {
            var from = (((mask.Top + row) * image.Width) + mask.Left) * BytesPerPixel;
            image.Bytes.Slice(from, mask.Width * BytesPerPixel).CopyTo(region.Bytes[(row * mask.Width * BytesPerPixel)..]);
        }

        return region;
    }
}
