using System.Text;

namespace Gateway.Deidentification.Tests.Media;

/// <summary>Builds EXIF blocks with an orientation and with everything that must not survive.</summary>
internal static class ExifFixture
{
    private const int EntryBytes = 12;
    private const ushort Make = 0x010F;
    private const ushort OrientationTag = 0x0112;
    private const ushort ExifPointer = 0x8769;
    private const ushort GpsPointer = 0x8825;
    private const ushort MakerNote = 0x927C;
    private const ushort GpsArea = 0x001C;
    private const ushort ThumbnailOffset = 0x0201;
    private const ushort ThumbnailLength = 0x0202;

    /// <summary>A TIFF block: make, orientation, EXIF with a maker note, GPS with a place, and a second directory with a thumbnail.</summary>
    public static byte[] Tiff(int orientation, byte[] thumbnail, bool littleEndian = false)
    {
        // Offsets: header 8, first directory of 4 entries, EXIF and GPS of 1 entry each, thumbnail directory of 2, then the values.
        const int first = 8;
        const int exif = first + 2 + (4 * EntryBytes) + 4;
        const int gps = exif + 2 + EntryBytes + 4;
        const int second = gps + 2 + EntryBytes + 4;
        const int values = second + 2 + (2 * EntryBytes) + 4;
        var make = Planted.Text("exif-make");
        var note = Planted.Text("maker-note");
        var place = Planted.Text("gps-place");
        var writer = new ByteWriter().Bytes(Encoding.ASCII.GetBytes(littleEndian ? "II" : "MM")).UInt16(42, littleEndian).UInt32(first, littleEndian);

        void Entry(ushort tag, ushort type, int count, int value) =>
            writer.UInt16(tag, littleEndian).UInt16(type, littleEndian).UInt32((uint)count, littleEndian).UInt32((uint)value, littleEndian);

        writer.UInt16(4, littleEndian);
        Entry(Make, 2, make.Length, values);
        writer.UInt16(OrientationTag, littleEndian).UInt16(3, littleEndian).UInt32(1, littleEndian).UInt16(orientation, littleEndian).UInt16(0);
        Entry(ExifPointer, 4, 1, exif);
        Entry(GpsPointer, 4, 1, gps);
        writer.UInt32(second, littleEndian).UInt16(1, littleEndian);
        Entry(MakerNote, 7, note.Length, values + make.Length);
        writer.UInt32(0).UInt16(1, littleEndian);
        Entry(GpsArea, 7, place.Length, values + make.Length + note.Length);
        writer.UInt32(0).UInt16(2, littleEndian);
        Entry(ThumbnailOffset, 4, 1, values + make.Length + note.Length + place.Length);
        Entry(ThumbnailLength, 4, 1, thumbnail.Length);
        return writer.UInt32(0).Bytes(make).Bytes(note).Bytes(place).Bytes(thumbnail).ToArray();
    }

    /// <summary>A TIFF block with an orientation only.</summary>
    public static byte[] Plain(int orientation) => new ByteWriter().Bytes("MM\0*"u8).UInt32(8).UInt16(1)
        .UInt16(OrientationTag).UInt16(3).UInt32(1).UInt16(orientation).UInt16(0).UInt32(0).ToArray();
}
