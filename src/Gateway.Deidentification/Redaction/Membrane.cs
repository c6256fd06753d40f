using System.Buffers;
using System.Numerics;

namespace Gateway.Deidentification.Redaction;

/// <summary>
/// Finds the colours of unknown cells as a membrane stretched over the known ones would: each is the mean of its four neighbours. A coarser
/// grid is solved first and gives the start, so a few sweeps a level suffice whatever the size.
/// </summary>
internal static class Membrane
{
    private const int Sweeps = 4;

    /// <summary>Solves a grid in place. At least one cell must be known; every cell beside an unknown one must be known or unknown.</summary>
    public static void Solve(Span<Vector4> colours, ReadOnlySpan<CellState> states, int columns, int rows)
    {
        if (!states.Contains(CellState.Unknown))
        {
            return;
        }

        int halfColumns = (columns + 1) / 2, halfRows = (rows + 1) / 2, half = halfColumns * halfRows;
        var coarseColours = ArrayPool<Vector4>.Shared.Rent(half);
        var coarseStates = ArrayPool<CellState>.Shared.Rent(half);
        var coarse = coarseColours.AsSpan(0, half);
        for (var row = 0; row < halfRows; row++)
        {
            for (var column = 0; column < halfColumns; column++)
            {
                var at = (row * halfColumns) + column;
                coarse[at] = Reduce(colours, states, columns, rows, 2 * column, 2 * row, out coarseStates[at]);
            }
        }

        Solve(coarse, coarseStates.AsSpan(0, half), halfColumns, halfRows);
        Start(colours, states, columns, rows, coarse, halfColumns);
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            Relax(colours, states, columns, rows, parity: 0);
            Relax(colours, states, columns, rows, parity: 1);
        }

        ArrayPool<CellState>.Shared.Return(coarseStates);
        ArrayPool<Vector4>.Shared.Return(coarseColours);
    }

    /// <summary>A coarse cell is known where any of its four is, and has the mean of those.</summary>
    private static Vector4 Reduce(
        ReadOnlySpan<Vector4> colours, ReadOnlySpan<CellState> states, int columns, int rows, int column, int row, out CellState state)
    {
        var sum = Vector4.Zero;
        var known = 0;
        state = CellState.Ignored;
        for (var y = row; y < Math.Min(row + 2, rows); y++)
        {
            for (var x = column; x < Math.Min(column + 2, columns); x++)
            {
                var at = (y * columns) + x;
                state = states[at] == CellState.Unknown ? CellState.Unknown : state;
                if (states[at] == CellState.Known)
                {
                    sum += colours[at];
                    known++;
                }
            }
        }

        state = known > 0 ? CellState.Known : state;
        return known > 0 ? sum / known : Vector4.Zero;
    }

    private static void Start(
        Span<Vector4> colours, ReadOnlySpan<CellState> states, int columns, int rows, ReadOnlySpan<Vector4> coarse, int halfColumns)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var at = (row * columns) + column;
                if (states[at] == CellState.Unknown)
                {
                    colours[at] = coarse[((row / 2) * halfColumns) + (column / 2)];
                }
            }
        }
    }

    /// <summary>Sets every unknown cell of one colour of the chessboard to the mean of its neighbours, which are all of the other.</summary>
    private static void Relax(Span<Vector4> colours, ReadOnlySpan<CellState> states, int columns, int rows, int parity)
    {
        for (var row = 0; row < rows; row++)
        {
            // At the border of the image the membrane is free: the missing neighbour is the cell itself.
            var own = colours.Slice(row * columns, columns);
            var above = row > 0 ? colours.Slice((row - 1) * columns, columns) : own;
            var below = row + 1 < rows ? colours.Slice((row + 1) * columns, columns) : own;
            var unknown = states.Slice(row * columns, columns);
            for (var column = (row + parity) & 1; column < columns; column += 2)
            {
                if (unknown[column] == CellState.Unknown)
                {
                    var left = column > 0 ? column - 1 : column;
                    var right = column + 1 < columns ? column + 1 : column;
                    own[column] = (own[left] + own[right] + above[column] + below[column]) * 0.25f;
                }
            }
        }
    }
}
