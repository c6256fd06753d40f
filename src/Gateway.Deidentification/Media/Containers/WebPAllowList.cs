namespace Gateway.Deidentification.Media.Containers;

/// <summary>Keeps of a WebP file: one picture and its alpha plane; for decoding also the colour profile.</summary>
internal static class WebPAllowList
{
    private const uint ProfileFlag = 0x20;
    private const uint AlphaFlag = 0x10;
    private const uint ExtendedBytes = 10;

    /// <summary>Writes the allowed chunks under a header of our own; false when there is no picture.</summary>
    public static bool Rebuild(ReadOnlySpan<byte> file, ContainerUse use, ScrubbedBuffer rebuilt)
    {
        ReadOnlySpan<byte> pictureType = default, picture = default, alpha = default, profile = default;
        WebPFrame? frame = null;
        var chunks = new RiffChunks(file);
        while (chunks.Read())
        {
            if (frame is null && WebPFrame.IsFrame(in chunks))
            {
                frame = WebPFrame.Read(in chunks);
                pictureType = chunks.Type;
                picture = chunks.Data;
            }
            else if (alpha.IsEmpty && chunks.Is("ALPH"u8))
            {
                alpha = chunks.Data;
            }
            else if (profile.IsEmpty && use == ContainerUse.Decoding && chunks.Is("ICCP"u8))
            {
                profile = chunks.Data;
            }
        }

        if (chunks.Truncated || frame is not { } known)
        {
            return false;
        }

        // A lossless picture carries its alpha itself; a plane beside it would be unread bytes.
        alpha = known.IsLossless ? default : alpha;
        Write(rebuilt, known, pictureType, picture, alpha, profile);
        return true;
    }

    private static void Write(
        ScrubbedBuffer rebuilt,
        WebPFrame frame,
        ReadOnlySpan<byte> pictureType,
        ReadOnlySpan<byte> picture,
        ReadOnlySpan<byte> alpha,
        ReadOnlySpan<byte> profile)
    {
        var extended = !alpha.IsEmpty || !profile.IsEmpty;
        var length = 4 + ChunkLength(picture) + (extended ? 8 + ExtendedBytes : 0)
            + (alpha.IsEmpty ? 0 : ChunkLength(alpha)) + (profile.IsEmpty ? 0 : ChunkLength(profile));
        rebuilt.Write("RIFF"u8);
        rebuilt.WriteUInt32LittleEndian((uint)length);
        rebuilt.Write("WEBP"u8);
        if (extended)
        {
            var flags = (profile.IsEmpty ? 0 : ProfileFlag) | (alpha.IsEmpty && !frame.HasAlpha ? 0 : AlphaFlag);
            WriteExtendedHeader(rebuilt, flags, frame);
        }

        if (!profile.IsEmpty)
        {
            WriteChunk(rebuilt, "ICCP"u8, profile);
        }

        if (!alpha.IsEmpty)
        {
            WriteChunk(rebuilt, "ALPH"u8, alpha);
        }

        WriteChunk(rebuilt, pictureType, picture);
    }

    /// <summary>RFC 9649 figure 7: flags in one byte, three reserved, then 24 bits each of width and height less one.</summary>
    private static void WriteExtendedHeader(ScrubbedBuffer rebuilt, uint flags, WebPFrame frame)
    {
        int width = frame.Width - 1, height = frame.Height - 1;
        rebuilt.Write("VP8X"u8);
        rebuilt.WriteUInt32LittleEndian(ExtendedBytes);
        rebuilt.WriteUInt32LittleEndian(flags);
        rebuilt.Write([(byte)width, (byte)(width >> 8), (byte)(width >> 16), (byte)height, (byte)(height >> 8), (byte)(height >> 16)]);
    }

    private static void WriteChunk(ScrubbedBuffer rebuilt, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        rebuilt.Write(type);
        rebuilt.WriteUInt32LittleEndian((uint)data.Length);
        rebuilt.Write(data);
        rebuilt.Write((data.Length & 1) == 1 ? [0] : default);
    }

    private static long ChunkLength(ReadOnlySpan<byte> data) => 8 + data.Length + (data.Length & 1);
}
