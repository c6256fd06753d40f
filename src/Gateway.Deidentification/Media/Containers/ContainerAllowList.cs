namespace Gateway.Deidentification.Media.Containers;

/// <summary>
/// Rebuilds a file from the parts a list allows. Everything not on the list is gone: EXIF with its thumbnail, maker notes and place, XMP,
/// second images, comments, text, unknown parts, and bytes after the end. An allow-list, because a list of known bad parts is always short
/// of the next one.
/// </summary>
internal static class ContainerAllowList
{
    /// <summary>Room that a rebuilt file may need beyond the length of its source.</summary>
    private const int HeadroomBytes = 64;

    /// <summary>Rebuilds a file whose header was read before; null when its structure does not hold.</summary>
    public static ScrubbedBuffer? Rebuild(StillFormat format, ReadOnlySpan<byte> file, ContainerUse use)
    {
        var rebuilt = new ScrubbedBuffer(file.Length + HeadroomBytes);
        var whole = format switch
        {
            StillFormat.Jpeg => JpegAllowList.Rebuild(file, use, rebuilt),
            StillFormat.Png => PngAllowList.Rebuild(file, use, rebuilt),
            StillFormat.WebP => WebPAllowList.Rebuild(file, use, rebuilt),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
        if (whole)
        {
            return rebuilt;
        }

        rebuilt.Dispose();
        return null;
    }
}
