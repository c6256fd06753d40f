using System.Runtime.InteropServices;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Tests.Detection.Decoders;

/// <summary>
/// A white figure before a gray wall, 96 x 160 pixels times a scale, in the middle of a picture: head, arms spread, trunk and two legs. The red spot on
/// its chest is what the models of <see cref="DrawnModels.Segments"/> find it by.
/// </summary>
internal static class DrawnPerson
{
    private const uint White = 0xFFFFFFFF;
    private const uint Red = 0xFFFF0000;

    /// <summary>The figure, or another one within the same bounds, in a picture.</summary>
    public static PixelImage At(int width, int height, int scale, Func<int, int, bool>? isPerson = null, int offset = 0)
    {
        isPerson ??= IsPerson;
        var image = PixelImage.Create(PixelLayout.Bgra32, width, height);
        var pixels = MemoryMarshal.Cast<byte, uint>(image.Bytes);
        for (var at = 0; at < pixels.Length; at++)
        {
            // A wall with a coarse pattern and grain: what is left of it can be told, and it is no picture out of focus.
            var tile = ((at % width / 12) + (at / width / 12)) % 2;
            pixels[at] = 0xFF000000 | (0x010101u * (0x18u + ((uint)tile * 0x30) + ((uint)at * 2654435761u >> 27)));
        }

        for (var y = -80 * scale; y < 80 * scale; y++)
        {
            for (var x = -48 * scale; x < 48 * scale; x++)
            {
                if (isPerson(Floor(x, scale), Floor(y, scale)))
                {
                    pixels[(((height / 2) + y) * width) + (width / 2) + offset + x] = IsSpot(Floor(x, scale), Floor(y, scale)) ? Red : White;
                }
            }
        }

        return image;
    }

    /// <summary>The figure of twice its size beside the middle, as a frame of a stream.</summary>
    public static byte[] WalkingInI420(int width, int height, int offset)
    {
        using var picture = At(width, height, 2, offset: offset);
        var pixels = MemoryMarshal.Cast<byte, uint>(picture.Bytes);
        var frame = new byte[PixelImage.LengthOf(PixelLayout.I420, width, height)];
        frame.AsSpan(width * height).Fill(128);
        for (var at = 0; at < width * height; at++)
        {
            // Only the spot has colour: that of pure red in BT.601, limited range.
            var isRed = pixels[at] == Red;
            frame[at] = isRed ? (byte)82 : (byte)(16 + ((pixels[at] & 0xFF) * 219 / 255));
            if (isRed)
            {
                var sample = (width * height) + (at / width / 2 * (width / 2)) + (at % width / 2);
                (frame[sample], frame[sample + (width * height / 4)]) = (90, 240);
            }
        }

        return frame;
    }

    /// <summary>The figure, by pixels from its middle, before scaling.</summary>
    public static bool IsPerson(int x, int y) => y switch
    {
        < -80 or >= 80 => false,
        < -52 => ((x * x) + ((y + 66) * (y + 66))) < 14 * 14,
        < -36 => x is >= -48 and < 48,
        < 20 => x is >= -18 and < 18,
        _ => x is (>= -22 and < -6) or (>= 6 and < 22),
    };

    private static bool IsSpot(int x, int y) => x is >= -8 and < 8 && y is >= -8 and < 8;

    private static int Floor(int value, int scale) => (int)Math.Floor((double)value / scale);
}
