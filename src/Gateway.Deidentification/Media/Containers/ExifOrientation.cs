using System.Buffers.Binary;

namespace Gateway.Deidentification.Media.Containers;

/// <summary>Reads the one EXIF field that changes what is seen. Everything else in EXIF is never looked at and never passed on.</summary>
internal static class ExifOrientation
{
    private const ushort OrientationTag = 0x0112;
    private const ushort TypeShort = 3;
    private const int EntryBytes = 12;

    /// <summary>Orientation in a TIFF structure, with or without the "Exif" prefix; upright when absent or malformed, as viewers do.</summary>
    public static Orientation Read(ReadOnlySpan<byte> exif)
    {
        var tiff = exif.StartsWith("Exif\0\0"u8) ? exif[6..] : exif;
        if (tiff.Length < 8)
        {
            return Orientation.TopLeft;
        }

        var littleEndian = tiff.StartsWith("II*\0"u8);
        return littleEndian || tiff.StartsWith("MM\0*"u8) ? FirstDirectory(tiff, littleEndian) : Orientation.TopLeft;
    }

    private static Orientation FirstDirectory(ReadOnlySpan<byte> tiff, bool littleEndian)
    {
        var offset = UInt32(tiff[4..], littleEndian);
        if (offset > (uint)tiff.Length - 2)
        {
            return Orientation.TopLeft;
        }

        var directory = tiff[(int)offset..];
        var entries = directory[2..];

        // The count is a claim; only entries whose bytes are there are read, so a lie costs nothing.
        for (var left = UInt16(directory, littleEndian); left > 0 && entries.Length >= EntryBytes; left--)
        {
            if (UInt16(entries, littleEndian) == OrientationTag)
            {
                return Entry(entries, littleEndian);
            }

            entries = entries[EntryBytes..];
        }

        return Orientation.TopLeft;
    }

    private static Orientation Entry(ReadOnlySpan<byte> entry, bool littleEndian)
    {
        var value = UInt16(entry[8..], littleEndian);
        var wellFormed = UInt16(entry[2..], littleEndian) == TypeShort && UInt32(entry[4..], littleEndian) == 1;
        return wellFormed && value is >= 1 and <= 8 ? (Orientation)value : Orientation.TopLeft;
    }

    private static ushort UInt16(ReadOnlySpan<byte> bytes, bool littleEndian) =>
        littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool littleEndian) =>
        littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
