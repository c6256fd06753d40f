using System.Numerics;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>The colours of a run of cells at the height of one row of samples: the vertical half of the interpolation.</summary>
internal static class CellRow
{
    /// <summary>Cells in one block of the mask.</summary>
    public const int CellsPerBlock = MaskMap.BlockSide / CellGrid.CellSide;

    /// <summary>
    /// Interpolates between the two rows of cells around a row of samples. The result begins one cell left of the run and ends one cell right
    /// of it, so that samples between a cell and its neighbour have both.
    /// </summary>
    /// <param name="grid">Colours.</param>
    /// <param name="run">Run in blocks.</param>
    /// <param name="sampleRow">Row of samples of the channel.</param>
    /// <param name="shift">Subsampling of the channel.</param>
    /// <param name="colours">Room for the cells of the run and two more.</param>
    public static void At(CellGrid grid, PixelRect run, int sampleRow, int shift, Span<Vector4> colours)
    {
        var (upperRow, weight) = PlaceOf(sampleRow, shift);
        var upper = grid.Row(upperRow);
        var lower = grid.Row(upperRow + 1);
        var first = (run.Left * CellsPerBlock) - 1 - grid.Cells.Left;
        for (var i = 0; i < colours.Length; i++)
        {
            var column = Math.Clamp(first + i, 0, grid.Columns - 1);
            colours[i] = upper[column] + ((lower[column] - upper[column]) * weight);
        }
    }

    /// <summary>The row of cells above a row of samples, and how near that is to the next one below, 0 to 1.</summary>
    public static (int Upper, float Weight) PlaceOf(int sampleRow, int shift)
    {
        var place = ((sampleRow + 0.5f) / (CellGrid.CellSide >> shift)) - 0.5f;
        var upper = (int)MathF.Floor(place);
        return (upper, place - upper);
    }
}
