using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Redaction;

namespace Gateway.Deidentification.Pipeline;

/// <summary>Tells how much of a box lies under a mask.</summary>
internal static class MaskCoverage
{
    /// <summary>Masked share of the cells of an outline, 0 to 1; 1 for an outline without cells.</summary>
    public static float MaskedShareOf(this MaskMap mask, Outline outline)
    {
        const int CellsPerBlock = MaskMap.BlockSide / Outline.CellSide;
        var (cells, masked) = (0, 0);
        for (var row = outline.Top; row < Math.Min(outline.Bottom, mask.Rows * CellsPerBlock); row++)
        {
            for (int start, end = 0; outline.NextRun(row, ref end, out start);)
            {
                for (var cell = start; cell < Math.Min(end, mask.Columns * CellsPerBlock); cell++)
                {
                    cells++;
                    masked += mask.IsBlockMasked(cell / CellsPerBlock, row / CellsPerBlock) ? 1 : 0;
                }
            }
        }

        return cells == 0 ? 1 : (float)masked / cells;
    }

    /// <summary>Masked share of the blocks that the box touches inside the image, 0 to 1; 1 for a box outside the image.</summary>
    public static float MaskedShareOf(this MaskMap mask, in RegionBox box)
    {
        var pixels = new PixelRect((int)MathF.Floor(box.X), (int)MathF.Floor(box.Y), (int)MathF.Ceiling(box.Right), (int)MathF.Ceiling(box.Bottom))
            .ClipTo(mask.Width, mask.Height);
        var (blocks, masked) = (0, 0);
        for (var row = pixels.Top / MaskMap.BlockSide; row * MaskMap.BlockSide < pixels.Bottom; row++)
        {
            for (var column = pixels.Left / MaskMap.BlockSide; column * MaskMap.BlockSide < pixels.Right; column++)
            {
                blocks++;
                masked += mask.IsBlockMasked(column, row) ? 1 : 0;
            }
        }

        return blocks == 0 ? 1 : (float)masked / blocks;
    }
}
