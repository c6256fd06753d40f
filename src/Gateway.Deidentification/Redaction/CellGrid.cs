using System.Buffers;
using System.Numerics;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>
/// A part of an image reduced to cells of 4 x 4 pixels, one colour a cell with one channel in each lane. A block of the mask is 4 x 4 cells,
/// so no cell mixes pixels from inside and outside a mask; subsampled channels have the same cells of 2 x 2 samples. Who makes a grid disposes it,
/// once: a copy is the same grid.
/// </summary>
internal readonly struct CellGrid : IDisposable
{
    /// <summary>Side of a cell in pixels.</summary>
    public const int CellSide = 4;

    // A struct, since every mask of every frame has one: an object for each was a tenth of what a frame allocates.
    private readonly Vector4[] _colours;
    private readonly CellState[] _states;

    /// <summary>Makes a grid over a rectangle of cells, not yet filled.</summary>
    public CellGrid(PixelRect cells)
    {
        Cells = cells;
        _colours = ArrayPool<Vector4>.Shared.Rent(Count);
        _states = ArrayPool<CellState>.Shared.Rent(Count);
        States.Clear();
    }

    /// <summary>The cells in the coordinates of the whole image's cells.</summary>
    public PixelRect Cells { get; }

    /// <summary>Cells in a row.</summary>
    public int Columns => Cells.Width;

    /// <summary>Rows of cells.</summary>
    public int Rows => Cells.Height;

    /// <summary>Number of cells.</summary>
    public int Count => Columns * Rows;

    /// <summary>Colours, row by row.</summary>
    public Span<Vector4> Colours => _colours.AsSpan(0, Count);

    /// <summary>States, row by row.</summary>
    public Span<CellState> States => _states.AsSpan(0, Count);

    /// <summary>The cells over a rectangle of pixels, rounded out.</summary>
    public static PixelRect CellsOver(PixelRect pixels) => new(
        pixels.Left / CellSide,
        pixels.Top / CellSide,
        (pixels.Right + CellSide - 1) / CellSide,
        (pixels.Bottom + CellSide - 1) / CellSide);

    /// <summary>One row of colours; rows beyond the grid are its outermost.</summary>
    public ReadOnlySpan<Vector4> Row(int imageRow) =>
        Colours.Slice((Math.Clamp(imageRow, Cells.Top, Cells.Bottom - 1) - Cells.Top) * Columns, Columns);

    /// <summary>Zeroes the colours, which for some techniques are averages of original pixels, and gives the buffers back.</summary>
    public void Dispose()
    {
        _colours.AsSpan(0, Count).Clear();
        ArrayPool<Vector4>.Shared.Return(_colours);
        ArrayPool<CellState>.Shared.Return(_states);
    }
}
