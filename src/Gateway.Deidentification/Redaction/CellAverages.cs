using System.Numerics;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>Averages the pixels of cells, each channel in its own resolution.</summary>
internal static class CellAverages
{
    /// <summary>Average colour of one cell, over the part of it that lies in the image.</summary>
    /// <param name="bytes">Bytes of the image.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="column">Column of the cell.</param>
    /// <param name="row">Row of the cell.</param>
    /// <param name="cellSide">Pixels of a cell in each direction: half as many in an image of half the size.</param>
    public static Vector4 Of(ReadOnlySpan<byte> bytes, in ImageChannels channels, int column, int row, int cellSide = CellGrid.CellSide) => new(
        Of(bytes, channels.First, column, row, cellSide), Of(bytes, channels.Second, column, row, cellSide), Of(bytes, channels.Third, column, row, cellSide), 0);

    /// <summary>Fills a whole grid with averages.</summary>
    public static void Fill(PixelImage image, CellGrid grid)
    {
        var channels = ImageChannels.Of(image);
        ReadOnlySpan<byte> bytes = image.Bytes;
        var colours = grid.Colours;
        for (var row = 0; row < grid.Rows; row++)
        {
            for (var column = 0; column < grid.Columns; column++)
            {
                colours[(row * grid.Columns) + column] = Of(bytes, in channels, grid.Cells.Left + column, grid.Cells.Top + row);
            }
        }
    }

    private static float Of(ReadOnlySpan<byte> bytes, in ImageChannel channel, int column, int row, int cellSide)
    {
        var side = cellSide >> channel.Shift;
        var width = Math.Min(side, channel.Width - (column * side));
        var height = Math.Min(side, channel.Height - (row * side));
        var at = channel.Offset + (row * side * channel.Stride) + (column * side * channel.Step);
        var sum = 0;
        for (var y = 0; y < height; y++, at += channel.Stride)
        {
            for (var x = 0; x < width; x++)
            {
                sum += bytes[at + (x * channel.Step)];
            }
        }

        return (float)sum / (width * height);
    }
}
