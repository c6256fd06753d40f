using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>Writes a grid of colours into the masked blocks of an image, smoothly between the centres of cells, in any layout.</summary>
internal static class CellWriter
{
    /// <summary>Writes the masked blocks inside an area of whole blocks.</summary>
    /// <param name="image">Image to write to.</param>
    /// <param name="mask">What is masked.</param>
    /// <param name="area">Where to write, in pixels.</param>
    /// <param name="grid">Colours; cells beyond it are its outermost.</param>
    /// <param name="grain">Grain to add; <see langword="default"/> for none.</param>
    public static void Write(PixelImage image, MaskMap mask, PixelRect area, CellGrid grid, DitherNoise.Frame grain)
    {
        var blocks = new PixelRect(area.Left / MaskMap.BlockSide, area.Top / MaskMap.BlockSide, BlocksTo(area.Right), BlocksTo(area.Bottom));
        if (image.Layout is PixelLayout.Rgb24 or PixelLayout.Bgra32)
        {
            WritePacked(image, mask, blocks, grid, grain);
            return;
        }

        var channels = ImageChannels.Of(image);
        using var planes = new CellPlanes(grid, blocks);
        for (var row = blocks.Top; row < blocks.Bottom; row++)
        {
            for (int start, end = blocks.Left; mask.NextRun(row, ref end, out start) && start < blocks.Right;)
            {
                var run = new PixelRect(start, row, Math.Min(end, blocks.Right), row + 1);
                PlanarRows.Write(image, channels.First, 0, run, planes, grain);
                PlanarRows.Write(image, channels.Second, 1, run, planes, grain);
                PlanarRows.Write(image, channels.Third, 2, run, planes, grain);
            }
        }
    }

    private static void WritePacked(PixelImage image, MaskMap mask, PixelRect blocks, CellGrid grid, DitherNoise.Frame grain)
    {
        var channel = ImageChannels.Of(image).First;
        for (var row = blocks.Top; row < blocks.Bottom; row++)
        {
            for (int start, end = blocks.Left; mask.NextRun(row, ref end, out start) && start < blocks.Right;)
            {
                PackedRows.Write(image, channel, new PixelRect(start, row, Math.Min(end, blocks.Right), row + 1), grid, grain);
            }
        }
    }

    private static int BlocksTo(int edge) => (edge + MaskMap.BlockSide - 1) / MaskMap.BlockSide;
}
