using System.Runtime.InteropServices;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>Writes one gray over blocks in any layout. A gray needs no conversion between layouts: it has one luma and neutral colour.</summary>
internal static class FlatFill
{
    /// <summary>Colour difference of a gray in YUV layouts.</summary>
    private const byte Neutral = 128;

    /// <summary>Fills every masked block.</summary>
    public static void Fill(PixelImage image, MaskMap mask, byte luma) =>
        Fill(image, mask, new PixelRect(0, 0, image.Width, image.Height), luma);

    /// <summary>Fills the masked blocks inside an area of whole blocks, in pixels.</summary>
    public static void Fill(PixelImage image, MaskMap mask, PixelRect area, byte luma)
    {
        var (left, right) = (area.Left / MaskMap.BlockSide, BlocksTo(area.Right));
        for (var row = area.Top / MaskMap.BlockSide; row < BlocksTo(area.Bottom); row++)
        {
            for (int start, end = left; mask.NextRun(row, ref end, out start) && start < right;)
            {
                var run = new PixelRect(start, row, Math.Min(end, right), row + 1);
                Fill(image, new PixelRect(run.Left * MaskMap.BlockSide, run.Top * MaskMap.BlockSide, run.Right * MaskMap.BlockSide, run.Bottom * MaskMap.BlockSide), luma);
            }
        }
    }

    private static int BlocksTo(int edge) => (edge + MaskMap.BlockSide - 1) / MaskMap.BlockSide;

    private static void Fill(PixelImage image, PixelRect pixels, byte luma)
    {
        var channels = ImageChannels.Of(image);
        switch (image.Layout)
        {
            case PixelLayout.I420:
                Fill(image, channels.First, pixels, luma, 1);
                Fill(image, channels.Second, pixels, Neutral, 1);
                Fill(image, channels.Third, pixels, Neutral, 1);
                break;
            case PixelLayout.Nv12:
                Fill(image, channels.First, pixels, luma, 1);
                Fill(image, channels.Second, pixels, Neutral, 2);
                break;
            case PixelLayout.Rgb24:
                Fill(image, channels.First, pixels, luma, 3);
                break;
            default:
                FillOpaque(image, pixels, luma);
                break;
        }
    }

    /// <summary>Fills rows of interleaved samples that all get the same value.</summary>
    private static void Fill(PixelImage image, in ImageChannel channel, PixelRect pixels, byte value, int interleaved)
    {
        var part = new PixelRect(pixels.Left >> channel.Shift, pixels.Top >> channel.Shift, pixels.Right >> channel.Shift, pixels.Bottom >> channel.Shift)
            .ClipTo(channel.Width, channel.Height);
        for (var y = part.Top; y < part.Bottom; y++)
        {
            image.Bytes.Slice(channel.Offset + (y * channel.Stride) + (part.Left * interleaved), part.Width * interleaved).Fill(value);
        }
    }

    /// <summary>Alpha becomes opaque: a transparent hole in the shape of a head would show what lies beneath.</summary>
    private static void FillOpaque(PixelImage image, PixelRect pixels, byte luma)
    {
        var part = pixels.ClipTo(image.Width, image.Height);
        var gray = 0xFF000000u | (luma * 0x010101u);
        for (var y = part.Top; y < part.Bottom; y++)
        {
            MemoryMarshal.Cast<byte, uint>(image.Bytes).Slice((y * image.Width) + part.Left, part.Width).Fill(gray);
        }
    }
}
