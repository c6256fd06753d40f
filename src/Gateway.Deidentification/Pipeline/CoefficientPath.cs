using System.Diagnostics.CodeAnalysis;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Jpeg;
using Gateway.Deidentification.Redaction;

namespace Gateway.Deidentification.Pipeline;

/// <summary>
/// The way of a baseline JPEG through the pipeline: it is opened at its coefficients, masked in its own planes, and written with only the masked
/// MCUs coded anew; everything else keeps its coefficients. Every other file goes through the codec.
/// </summary>
internal static class CoefficientPath
{
    /// <summary>Pixels around a mask that a fill may look at, and more.</summary>
    private const int MarginPx = MaskMap.BlockSide;

    /// <summary>Opens a file for masking, either way. The image is upright.</summary>
    public static StillDecoding Open(IStillCodec codec, ReadOnlySpan<byte> file, MediaLimits limits) =>
        TryOpen(file, limits, out var image, out var traits) ? StillDecoding.Decoded(image, traits) : codec.Decode(file, limits);

    /// <summary>Opens a file at its coefficients. False where it has to go through the codec, or is refused.</summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> file, MediaLimits limits, [NotNullWhen(true)] out PixelImage? image, [NotNullWhen(true)] out StillTraits? traits)
    {
        (image, traits) = (null, null);

        // The header decides first, with the limits: what it refuses no decoder may see.
        if (ImageProbe.TryRead(file, limits, out var header, out _)
            && header is { Traits: { Format: StillFormat.Jpeg } known, Orientation: Orientation.TopLeft }
            && JpegPicture.TryOpen(file, out image) == JpegOutcome.Opened)
        {
            traits = known;
        }

        return traits is not null && image is not null;
    }

    /// <summary>Writes a masked image in the manner of the file it came from.</summary>
    /// <param name="codec">Writes what was not opened at its coefficients.</param>
    /// <param name="image">Image whose pixels inside the mask were replaced.</param>
    /// <param name="traits">How its file was encoded.</param>
    /// <param name="mask">What was replaced: of a file opened at its coefficients nothing else leaves as it came.</param>
    public static byte[] Write(IStillCodec codec, PixelImage image, StillTraits traits, MaskMap mask) =>
        image.Jpeg is { } picture ? Spliced(picture, mask).ToArray() : codec.Encode(image, traits);

    /// <summary>As <see cref="Write"/>, in memory that is used again once the answer was sent.</summary>
    public static FrameBuffer WriteFrame(IStillCodec codec, PixelImage image, StillTraits traits, MaskMap mask) =>
        FrameBuffer.CopyOf(image.Jpeg is { } picture ? Spliced(picture, mask) : codec.Encode(image, traits));

    /// <summary>A mask of whole MCUs: one that is only partly masked would carry its other pixels through a second quantisation.</summary>
    public static MaskMap EmptyMaskFor(PixelImage image) => image.Jpeg is { Layout: var layout }
        ? new MaskMap(image.Width, image.Height, Units(layout.McuWidth), Units(layout.McuHeight))
        : new MaskMap(image.Width, image.Height);

    /// <summary>True where <see cref="EmptyMaskFor"/> would make a map like this one.</summary>
    public static bool IsMaskFor(MaskMap map, PixelImage image)
    {
        var (columns, rows) = image.Jpeg is { Layout: var layout } ? (Units(layout.McuWidth), Units(layout.McuHeight)) : (1, 1);
        return map.Width == image.Width && map.Height == image.Height && map.UnitColumns == columns && map.UnitRows == rows;
    }

    /// <summary>Makes sure that the pixels a technique looks at are there.</summary>
    public static void BeforeFill(PixelImage image, MaskMap mask, RedactionTechnique technique)
    {
        if (image.Jpeg is not { } picture)
        {
            return;
        }

        if (MaskFillers.StrengthOf(technique) == StrengthClass.Irreversible)
        {
            // What is inside a mask is never decoded, and what is around it is seen at half its size.
            foreach (var run in Runs(mask))
            {
                picture.GiveUp(run);
            }

            return;
        }

        foreach (var run in Runs(mask))
        {
            picture.Decode(new PixelRect(run.Left - MarginPx, run.Top - MarginPx, run.Right + MarginPx, run.Bottom + MarginPx));
        }
    }

    /// <summary>Shows what was filled to who looks at the half picture next; where nobody looks again it is not worth the work.</summary>
    public static void AfterFill(PixelImage image, MaskMap mask)
    {
        if (image.Jpeg is { } picture)
        {
            foreach (var run in Runs(mask))
            {
                picture.Refresh(run);
            }
        }
    }

    /// <summary>Says that every pixel of an image is replaced: none is decoded any more.</summary>
    public static void BeforeWholeFill(PixelImage image) => image.Jpeg?.GiveUp(new PixelRect(0, 0, image.Width, image.Height));

    private static ReadOnlySpan<byte> Spliced(JpegPicture picture, MaskMap mask)
    {
        picture.Dirty.Begin(picture.Layout);
        foreach (var run in Runs(mask))
        {
            picture.Dirty.Add(run);
        }

        return picture.Write().Span;
    }

    private static int Units(int mcuSide) => Math.Max(1, mcuSide / MaskMap.BlockSide);

    private static MaskRuns Runs(MaskMap mask) => new(mask);

    /// <summary>The masked runs of blocks as rectangles of pixels, row by row.</summary>
    private struct MaskRuns(MaskMap mask)
    {
        private int _row;
        private int _end;

        public PixelRect Current { get; private set; }

        public readonly MaskRuns GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_row < mask.Rows)
            {
                if (mask.NextRun(_row, ref _end, out var start))
                {
                    Current = new PixelRect(
                        start * MaskMap.BlockSide, _row * MaskMap.BlockSide, _end * MaskMap.BlockSide, (_row + 1) * MaskMap.BlockSide)
                        .ClipTo(mask.Width, mask.Height);
                    return true;
                }

                (_row, _end) = (_row + 1, 0);
            }

            return false;
        }
    }
}
