namespace Gateway.Deidentification.Tests.Media;

/// <summary>Plants chunks into a WebP file.</summary>
internal static class WebPFixture
{
    private const int FileHeaderBytes = 12;
    private const byte ProfileExifXmp = 0x20 | 0x08 | 0x04;

    public static byte[] Chunk(ReadOnlySpan<byte> type, params ReadOnlySpan<byte> data) =>
        new ByteWriter().Bytes(type).UInt32((uint)data.Length, littleEndian: true).Bytes(data).Bytes(new byte[data.Length & 1]).ToArray();

    /// <summary>A file of these chunks.</summary>
    public static byte[] File(params byte[][] chunks)
    {
        byte[] body = [.. "WEBP"u8, .. chunks.SelectMany(chunk => chunk)];
        return new ByteWriter().Bytes("RIFF"u8).UInt32((uint)body.Length, littleEndian: true).Bytes(body).ToArray();
    }

    public static byte[] ExtendedHeader(byte flags, int width, int height) => Chunk(
        "VP8X"u8, flags, 0, 0, 0, (byte)(width - 1), (byte)((width - 1) >> 8), 0, (byte)(height - 1), (byte)((height - 1) >> 8), 0);

    /// <summary>The chunks of a file without its header.</summary>
    public static byte[] Chunks(byte[] file) => file[FileHeaderBytes..];

    /// <summary>A picture in the simple format, extended by everything it may carry besides, each part with a planted text.</summary>
    public static byte[] WithEverything(byte[] file, int width, int height, byte[] thumbnail, int orientation) =>
    [
        .. File(
            ExtendedHeader(ProfileExifXmp, width, height),
            Chunk("ICCP"u8, Planted.Text("icc")),
            Chunks(file),
            Chunk("EXIF"u8, ExifFixture.Tiff(orientation, thumbnail, littleEndian: true)),
            Chunk("XMP "u8, Planted.Text("xmp")),
            Chunk("FACE"u8, Planted.Text("unknown"))),
        .. Planted.Text("trailer"),
    ];
}
