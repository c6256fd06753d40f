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
        var channels = ImageChannels.Of(image);
        var columns = new PixelRect(area.Left / MaskMap.BlockSide, 0, BlocksTo(area.Right), 0);
        for (var row = area.Top / MaskMap.BlockSide; row < BlocksTo(area.Bottom); row++)
        {
            for (int start, end = columns.Left; mask.NextRun(row, ref end, out start) && start < columns.Right;)
            {
                var run = new PixelRect(start, row, Math.Min(end, columns.Right), row + 1);
                if (image.Layout is PixelLayout.Rgb24 or PixelLayout.Bgra32)
                {
                    PackedRows.Write(image, channels.First, run, grid, grain);
                }
                else
                {
                    PlanarRows.Write(image, channels.First, 0, run, grid, grain);
                    PlanarRows.Write(image, channels.Second, 1, run, grid, grain);
                    PlanarRows.Write(image, channels.Third, 2, run, grid, grain);
                }
            }
        }
    }

    private static int BlocksTo(int edge) => (edge + MaskMap.BlockSide - 1) / MaskMap.BlockSide;
}
