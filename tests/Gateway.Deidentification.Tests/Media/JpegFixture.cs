using Gateway.Deidentification.Media.Containers;

namespace Gateway.Deidentification.Tests.Media;

/// <summary>Plants segments into a JPEG file.</summary>
internal static class JpegFixture
{
    /// <summary>One segment with its marker and length.</summary>
    public static byte[] Segment(byte marker, params ReadOnlySpan<byte> payload) =>
        new ByteWriter().Bytes(0xFF, marker).UInt16(payload.Length + 2).Bytes(payload).ToArray();

    /// <summary>Puts segments right behind SOI.</summary>
    public static byte[] With(byte[] file, params byte[][] segments) => [.. file[..2], .. segments.SelectMany(segment => segment), .. file[2..]];

    /// <summary>An APP1 segment with EXIF.</summary>
    public static byte[] Exif(byte[] tiff) => Segment(JpegMarker.App1, [.. "Exif\0\0"u8, .. tiff]);

    /// <summary>Everything a JPEG of a phone may carry besides its picture, each part with a planted text.</summary>
    public static byte[] WithEverything(byte[] file, byte[] hiddenImage, int orientation)
    {
        var thumbnail = With(hiddenImage, Segment(0xFE, Planted.Text("thumbnail")));
        var secondImage = With(hiddenImage, Segment(0xFE, Planted.Text("second-image")));
        byte[] jfxx = [.. "JFXX\0"u8, 0x10, .. thumbnail];
        byte[] planted =
        [
            .. With(
                file,
                Exif(ExifFixture.Tiff(orientation, thumbnail)),
                Segment(JpegMarker.App0, jfxx),
                Segment(JpegMarker.App1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. Planted.Text("xmp")]),
                Segment(JpegMarker.App2, [.. "MPF\0"u8, .. Planted.Text("mpf")]),
                Segment(JpegMarker.App2, [.. "ICC_PROFILE\0"u8, 1, 1, .. Planted.Text("icc")]),
                Segment(0xEB, [.. "JP"u8, .. Planted.Text("app11")]),
                Segment(0xED, [.. "Photoshop 3.0\0"u8, .. Planted.Text("photoshop")]),
                Segment(0xE5, Planted.Text("app5")),
                Segment(0xFE, Planted.Text("comment"))),
            .. secondImage,
            .. Planted.Text("trailer"),
        ];
        return planted;
    }

    /// <summary>Position of the first marker of a kind, -1 when there is none.</summary>
    public static int Find(byte[] file, byte marker) => file.AsSpan().IndexOf([(byte)0xFF, marker]);
}
