namespace Gateway.Deidentification.Media.Containers;

/// <summary>Keeps of a PNG file: header, palette, transparency, picture data, end; for decoding also what the colours mean.</summary>
internal static class PngAllowList
{
    /// <summary>Writes the allowed chunks as they stand; false when the file does not end with IEND.</summary>
    public static bool Rebuild(ReadOnlySpan<byte> file, ContainerUse use, ScrubbedBuffer rebuilt)
    {
        var colour = use == ContainerUse.Decoding ? PngColour.Read(file) : PngColour.Srgb;
        rebuilt.Write(PngChunks.Signature);
        var chunks = new PngChunks(file);
        while (chunks.Read())
        {
            // Text chunks are compressed by whoever made the file; a decoder that never sees one inflates no bomb.
            if (IsPicture(in chunks) || colour.Keeps(in chunks))
            {
                rebuilt.Write(chunks.Whole);
            }
        }

        return chunks.Ended;
    }

    private static bool IsPicture(in PngChunks chunks) =>
        chunks.Is("IDAT"u8) || chunks.Is("IHDR"u8) || chunks.Is("PLTE"u8) || chunks.Is("tRNS"u8) || chunks.Is("IEND"u8);
}
