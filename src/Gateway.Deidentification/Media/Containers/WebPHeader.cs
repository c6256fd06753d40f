using System.Buffers.Binary;

namespace Gateway.Deidentification.Media.Containers;

/// <summary>Reads what must be known about a WebP file before a decoder may see it.</summary>
internal static class WebPHeader
{
    /// <summary>Longest side an encoder of lossy WebP can write; a longer picture could be read but not answered in its format.</summary>
    private const int SideMax = 16_383;

    private const int ExtendedBytes = 10;

    /// <summary>Reads the header; the outcome is <see cref="MediaOutcome.Decoded"/> when there is one.</summary>
    public static MediaOutcome Read(ReadOnlySpan<byte> file, MediaLimits limits, out StillHeader? header)
    {
        header = null;
        (int Width, int Height)? canvas = null;
        WebPFrame? frame = null;
        Orientation? orientation = null;
        var alphaPlane = false;
        var chunks = new RiffChunks(file);
        while (chunks.Read())
        {
            if (chunks.Is("ANIM"u8) || chunks.Is("ANMF"u8))
            {
                return MediaOutcome.Animated;
            }

            if (chunks.Is("VP8X"u8))
            {
                if (chunks.Data.Length < ExtendedBytes || canvas is not null || frame is not null)
                {
                    return MediaOutcome.Broken;
                }

                canvas = (UInt24(chunks.Data[4..]) + 1, UInt24(chunks.Data[7..]) + 1);
            }
            else if (chunks.Is("EXIF"u8))
            {
                orientation ??= ExifOrientation.Read(chunks.Data);
            }

            alphaPlane |= chunks.Is("ALPH"u8);

            // The first picture counts; a second one in the same file is not shown by anybody and is dropped.
            if (frame is null && WebPFrame.IsFrame(in chunks))
            {
                frame = WebPFrame.Read(in chunks);
                if (frame is null)
                {
                    return MediaOutcome.Broken;
                }
            }
        }

        return Judge(chunks.Truncated, canvas, frame, orientation, alphaPlane, limits, out header);
    }

    private static MediaOutcome Judge(
        bool truncated,
        (int Width, int Height)? canvas,
        WebPFrame? frame,
        Orientation? orientation,
        bool alphaPlane,
        MediaLimits limits,
        out StillHeader? header)
    {
        header = null;
        limits = limits with { SideMax = Math.Min(limits.SideMax, SideMax) };
        var size = frame is { } known ? (known.Width, known.Height) : canvas;
        if (size is { } claimed && ImageProbe.CheckSize(claimed.Width, claimed.Height, limits) is not MediaOutcome.Decoded and var refusal)
        {
            return refusal;
        }

        if (truncated)
        {
            return MediaOutcome.Truncated;
        }

        // A canvas larger than its picture belongs to animations; for a still it is a lie about the size.
        if (frame is not { } picture || (canvas is { } stated && stated != (picture.Width, picture.Height)))
        {
            return MediaOutcome.Broken;
        }

        var traits = new StillTraits(StillFormat.WebP) { HasAlpha = alphaPlane || picture.HasAlpha, Lossless = picture.IsLossless };
        header = new StillHeader(picture.Width, picture.Height, orientation ?? Orientation.TopLeft, traits);
        return MediaOutcome.Decoded;
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt16LittleEndian(bytes) | (bytes[2] << 16);
}
