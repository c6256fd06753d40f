using System.Buffers.Binary;
using System.IO.Compression;

namespace Gateway.Server.Tests.Deidentification;

/// <summary>Writes PNG files that an honest encoder would not.</summary>
internal static class PngFile
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>A whole and correct black and white picture: a small file, whatever its sides are.</summary>
    public static byte[] Bomb(int width, int height)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal))
        {
            var row = new byte[1 + ((width + 7) / 8)];
            for (var y = 0; y < height; y++)
            {
                zlib.Write(row);
            }
        }

        return [.. Signature, .. Chunk("IHDR"u8, Header(width, height)), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    /// <summary>The file with the chunk that makes it an animation.</summary>
    public static byte[] Animated(byte[] file)
    {
        const int afterHeader = 8 + 12 + 13;
        return [.. file[..afterHeader], .. Chunk("acTL"u8, [0, 0, 0, 2, 0, 0, 0, 0]), .. file[afterHeader..]];
    }

    /// <summary>Makes the checksums of a damaged file right again, so that the damage is not found by them but meets the decoder.</summary>
    public static void Reseal(Span<byte> file)
    {
        for (var at = Signature.Length; at + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            if (length < 0 || length > file.Length - at - 12)
            {
                return;
            }

            BinaryPrimitives.WriteUInt32BigEndian(file[(at + 8 + length)..], Crc32(file.Slice(at + 4, length + 4)));
            at += 12 + length;
        }
    }

    private static byte[] Header(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 1;
        return header;
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] covered = [.. type, .. data];
        var (length, sum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc32(covered));
        return [.. length, .. covered, .. sum];
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
