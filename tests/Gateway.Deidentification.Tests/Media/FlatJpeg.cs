using Gateway.Deidentification.Media.Containers;

namespace Gateway.Deidentification.Tests.Media;

/// <summary>Writes baseline JPEG files of one colour in any number of components: every block is its mean and nothing else.</summary>
internal static class FlatJpeg
{
    /// <summary>A file whose components have these values everywhere, 8 x 8 pixels a block, no subsampling.</summary>
    public static byte[] File(int width, int height, byte[] components, params byte[][] segments)
    {
        var frame = new ByteWriter().Bytes(8).UInt16(height).UInt16(width).Bytes((byte)components.Length);
        var scan = new ByteWriter().Bytes((byte)components.Length);
        for (byte i = 1; i <= components.Length; i++)
        {
            frame.Bytes(i, 0x11, 0);
            scan.Bytes(i, 0x00);
        }

        return
        [
            0xFF, JpegMarker.Soi,
            .. segments.SelectMany(segment => segment),
            .. JpegFixture.Segment(JpegMarker.Dqt, [0, .. Enumerable.Repeat((byte)1, 64)]),
            .. JpegFixture.Segment(JpegMarker.Sof0, frame.ToArray()),
            .. DcTable(),
            .. AcTable(),
            .. JpegFixture.Segment(JpegMarker.Sos, scan.Bytes(0, 63, 0).ToArray()),
            .. Entropy((width + 7) / 8 * ((height + 7) / 8), components),
            0xFF, JpegMarker.Eoi,
        ];
    }

    /// <summary>Twelve categories with codes of four bits: the code of a category is the category.</summary>
    private static byte[] DcTable() =>
        JpegFixture.Segment(JpegMarker.Dht, [0x00, 0, 0, 0, 12, .. new byte[12], 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);

    /// <summary>One symbol, end of block, with the code 0.</summary>
    private static byte[] AcTable() => JpegFixture.Segment(JpegMarker.Dht, [0x10, 1, .. new byte[15], 0]);

    private static byte[] Entropy(int blocks, byte[] components)
    {
        var bits = new List<bool>();
        var predictors = new int[components.Length];
        for (var block = 0; block < blocks; block++)
        {
            for (var i = 0; i < components.Length; i++)
            {
                var mean = (components[i] - 128) * 8;
                AddDifference(bits, mean - predictors[i]);
                predictors[i] = mean;
            }
        }

        return Stuffed(bits);
    }

    private static void AddDifference(List<bool> bits, int difference)
    {
        var category = difference == 0 ? 0 : 1 + (int)Math.Log2(Math.Abs(difference));
        Add(bits, category, 4);
        Add(bits, difference < 0 ? difference - 1 : difference, category);
        bits.Add(false);
    }

    private static void Add(List<bool> bits, int value, int count)
    {
        for (var bit = count - 1; bit >= 0; bit--)
        {
            bits.Add(((value >> bit) & 1) == 1);
        }
    }

    private static byte[] Stuffed(List<bool> bits)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < bits.Count; i += 8)
        {
            byte value = 0;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (byte)((value << 1) | (i + bit >= bits.Count || bits[i + bit] ? 1 : 0));
            }

            bytes.Add(value);
            if (value == 0xFF)
            {
                bytes.Add(0);
            }
        }

        return [.. bytes];
    }
}
