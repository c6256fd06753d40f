using System.IO.Compression;

namespace Gateway.Deidentification.Tests.Media;

/// <summary>Writes PNG files of every colour type chunk by chunk.</summary>
internal static class PngFixture
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>One chunk with length and checksum.</summary>
    public static byte[] Chunk(ReadOnlySpan<byte> type, params ReadOnlySpan<byte> data)
    {
        byte[] covered = [.. type, .. data];
        return new ByteWriter().UInt32((uint)data.Length).Bytes(covered).UInt32(Crc32(covered)).ToArray();
    }

    public static byte[] Header(uint width, uint height, byte depth, byte colour) =>
        Chunk("IHDR"u8, new ByteWriter().UInt32(width).UInt32(height).Bytes(depth, colour, 0, 0, 0).ToArray());

    /// <summary>A file of rows without filter; each row comes with its samples packed as the depth says.</summary>
    public static byte[] File(uint width, uint height, byte depth, byte colour, byte[] rows, params byte[][] beforeData)
    {
        var rowBytes = rows.Length / (int)height;
        var filtered = Enumerable.Range(0, (int)height).SelectMany(y => (byte[])[0, .. rows.AsSpan(y * rowBytes, rowBytes)]).ToArray();
        return
        [
            .. Signature,
            .. Header(width, height, depth, colour),
            .. beforeData.SelectMany(chunk => chunk),
            .. Chunk("IDAT"u8, Deflate(filtered)),
            .. Chunk("IEND"u8),
        ];
    }

    /// <summary>Puts chunks right behind IHDR.</summary>
    public static byte[] With(byte[] file, params byte[][] chunks)
    {
        const int afterHeader = 8 + 12 + 13;
        return [.. file[..afterHeader], .. chunks.SelectMany(chunk => chunk), .. file[afterHeader..]];
    }

    /// <summary>Everything a PNG may carry besides its picture, each part with a planted text.</summary>
    public static byte[] WithEverything(byte[] file, byte[] thumbnail, int orientation) =>
    [
        .. With(
            file,
            Chunk("iCCP"u8, [.. Planted.Text("icc-name"), 0, .. Deflate(Planted.Text("icc"))]),
            Chunk("tEXt"u8, [.. "Author\0"u8, .. Planted.Text("text")]),
            Chunk("zTXt"u8, [.. Planted.Text("ztxt-key"), 0, .. Deflate(Planted.Text("ztxt"))]),
            Chunk("iTXt"u8, [.. "XML:com.adobe.xmp\0\0\0\0\0"u8, .. Planted.Text("xmp")]),
            Chunk("eXIf"u8, ExifFixture.Tiff(orientation, thumbnail)),
            Chunk("tIME"u8, 7, 0xEA, 1, 2, 3, 4, 5),
            Chunk("sPLT"u8, Planted.Text("splt")),
            Chunk("faCe"u8, Planted.Text("unknown"))),
        .. Planted.Text("trailer"),
    ];

    public static byte[] Deflate(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            zlib.Write(data);
        }

        return packed.ToArray();
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : 0xEDB88320);
            }
        }

        return ~crc;
    }
}
