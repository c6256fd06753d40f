using System.Buffers.Binary;

namespace Gateway.Deidentification.Media.Containers;

/// <summary>Reads what must be known about a PNG file before a decoder may see it.</summary>
internal static class PngHeader
{
    private const int HeaderBytes = 13;

    /// <summary>Reads the header; the outcome is <see cref="MediaOutcome.Decoded"/> when there is one.</summary>
    public static MediaOutcome Read(ReadOnlySpan<byte> file, MediaLimits limits, out StillHeader? header)
    {
        header = null;
        var chunks = new PngChunks(file);
        if (!chunks.Read())
        {
            return MediaOutcome.Truncated;
        }

        if (!chunks.Is("IHDR"u8) || chunks.Data.Length != HeaderBytes)
        {
            return MediaOutcome.Broken;
        }

        var ihdr = chunks.Data;
        var refusal = CheckHeader(ihdr, limits);
        return refusal != MediaOutcome.Decoded ? refusal : ReadChunks(ref chunks, ihdr, out header);
    }

    private static MediaOutcome CheckHeader(ReadOnlySpan<byte> ihdr, MediaLimits limits)
    {
        var width = BinaryPrimitives.ReadUInt32BigEndian(ihdr);
        var height = BinaryPrimitives.ReadUInt32BigEndian(ihdr[4..]);
        if (width > int.MaxValue || height > int.MaxValue || !IsKnownColour(ihdr[8], ihdr[9]) || ihdr[10] != 0 || ihdr[11] != 0 || ihdr[12] > 1)
        {
            return MediaOutcome.Broken;
        }

        return ImageProbe.CheckSize((int)width, (int)height, limits);
    }

    /// <summary>ISO/IEC 15948 table 11.1.</summary>
    private static bool IsKnownColour(byte depth, byte colour) => colour switch
    {
        0 => depth is 1 or 2 or 4 or 8 or 16,
        3 => depth is 1 or 2 or 4 or 8,
        2 or 4 or 6 => depth is 8 or 16,
        _ => false,
    };

    private static MediaOutcome ReadChunks(ref PngChunks chunks, ReadOnlySpan<byte> ihdr, out StillHeader? header)
    {
        header = null;
        Orientation? orientation = null;
        var transparent = false;
        var data = false;
        while (chunks.Read())
        {
            if (chunks.Is("acTL"u8))
            {
                return MediaOutcome.Animated;
            }

            if (IsUnknownCritical(in chunks))
            {
                return MediaOutcome.UnsupportedVariant;
            }

            data |= chunks.Is("IDAT"u8);
            transparent |= chunks.Is("tRNS"u8);
            if (chunks.Is("eXIf"u8))
            {
                orientation ??= ExifOrientation.Read(chunks.Data);
            }
        }

        if (!chunks.Ended || !data)
        {
            return chunks.Ended ? MediaOutcome.Broken : MediaOutcome.Truncated;
        }

        header = new StillHeader(
            BinaryPrimitives.ReadInt32BigEndian(ihdr),
            BinaryPrimitives.ReadInt32BigEndian(ihdr[4..]),
            orientation ?? Orientation.TopLeft,
            new StillTraits(StillFormat.Png) { HasAlpha = transparent || ihdr[9] is 4 or 6, IsGray = ihdr[9] == 0, Lossless = true });
        return MediaOutcome.Decoded;
    }

    /// <summary>Bit 5 of the first letter says whether a reader may go on without knowing the chunk (clause 5.4).</summary>
    private static bool IsUnknownCritical(in PngChunks chunks) =>
        (chunks.Whole[4] & 0x20) == 0 && !(chunks.Is("PLTE"u8) || chunks.Is("IDAT"u8) || chunks.Is("IEND"u8));
}
