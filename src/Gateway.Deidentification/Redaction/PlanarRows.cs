using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>Writes one channel of a planar layout: interpolation between cells, grain and rounding.</summary>
internal static class PlanarRows
{
    /// <summary>Colour needs less grain than brightness before it shows.</summary>
    private const float ChromaGrain = 0.5f;

    /// <summary>Rows of cells that a block lies between: its own, and one above and one below.</summary>
    private const int CellRows = CellRow.CellsPerBlock + 2;

    /// <summary>Shares of the left, own and right cell for the four samples of a cell at full resolution.</summary>
    private static readonly Vector128<float> Left4 = Vector128.Create(0.375f, 0.125f, 0, 0);
    private static readonly Vector128<float> Own4 = Vector128.Create(0.625f, 0.875f, 0.875f, 0.625f);
    private static readonly Vector128<float> Right4 = Vector128.Create(0, 0, 0.125f, 0.375f);

    /// <summary>Writes a run of blocks of one row of blocks.</summary>
    public static void Write(PixelImage image, in ImageChannel channel, int lane, PixelRect run, CellGrid grid, DitherNoise.Frame grain)
    {
        var cells = (run.Width * CellRow.CellsPerBlock) + 2;
        var rented = ArrayPool<float>.Shared.Rent((CellRows + 1) * cells);
        var known = rented.AsSpan(0, CellRows * cells);
        var values = rented.AsSpan(CellRows * cells, cells);
        TakeLane(grid, run, lane, known);
        var side = MaskMap.BlockSide >> channel.Shift;
        var left = run.Left * side;
        var width = Math.Min(run.Right * side, channel.Width) - left;
        for (var y = run.Top * side; y < Math.Min(run.Bottom * side, channel.Height); y++)
        {
            var (upper, weight) = CellRow.PlaceOf(y, channel.Shift);
            upper -= (run.Top * CellRow.CellsPerBlock) - 1;
            Mix(known.Slice(upper * cells, cells), known.Slice((upper + 1) * cells, cells), weight, values);
            var row = image.Bytes[(channel.Offset + (y * channel.Stride) + (left * channel.Step))..];
            if (channel.Shift == 0)
            {
                WriteFull(row[..width], values, grain, y, left);
            }
            else
            {
                WriteHalf(row, channel.Step, width, values, grain, y, left, lane);
            }
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>Takes one channel of the cells around a run of blocks apart, row by row; cells beyond the grid are its outermost.</summary>
    private static void TakeLane(CellGrid grid, PixelRect run, int lane, Span<float> target)
    {
        var cells = target.Length / CellRows;
        var first = (run.Left * CellRow.CellsPerBlock) - 1 - grid.Cells.Left;
        for (var row = 0; row < CellRows; row++)
        {
            var lanes = MemoryMarshal.Cast<Vector4, float>(grid.Row((run.Top * CellRow.CellsPerBlock) - 1 + row));
            var to = target.Slice(row * cells, cells);
            for (var i = 0; i < to.Length; i++)
            {
                to[i] = lanes[(4 * Math.Clamp(first + i, 0, grid.Columns - 1)) + lane];
            }
        }
    }

    private static void Mix(ReadOnlySpan<float> upper, ReadOnlySpan<float> lower, float weight, Span<float> target)
    {
        lower = lower[..upper.Length];
        var x = 0;
        for (; x + Vector<float>.Count <= upper.Length; x += Vector<float>.Count)
        {
            var above = new Vector<float>(upper[x..]);
            (above + ((new Vector<float>(lower[x..]) - above) * weight)).CopyTo(target[x..]);
        }

        for (; x < upper.Length; x++)
        {
            target[x] = upper[x] + ((lower[x] - upper[x]) * weight);
        }
    }

    private static void WriteFull(Span<byte> row, ReadOnlySpan<float> values, DitherNoise.Frame grain, int y, int left)
    {
        Span<byte> cut = stackalloc byte[MaskMap.BlockSide];
        for (int x = 0, cell = 1; x < row.Length; x += MaskMap.BlockSide, cell += CellRow.CellsPerBlock)
        {
            var noise = grain.Block(y, left + x, channel: 0);
            var around = values.Slice(cell - 1, CellRow.CellsPerBlock + 2);
            var first = Vector128.Narrow(FourSamples(around, noise), FourSamples(around[1..], noise[4..]));
            var second = Vector128.Narrow(FourSamples(around[2..], noise[8..]), FourSamples(around[3..], noise[12..]));
            var sixteen = Vector128.Narrow(first, second).AsByte();
            if (row.Length - x >= MaskMap.BlockSide)
            {
                sixteen.CopyTo(row[x..]);
            }
            else
            {
                sixteen.CopyTo(cut);
                cut[..(row.Length - x)].CopyTo(row[x..]);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> FourSamples(ReadOnlySpan<float> around, ReadOnlySpan<float> noise) =>
        PackedRows.ToByteRange((Own4 * around[1]) + (Left4 * around[0]) + (Right4 * around[2]) + Vector128.Create(noise));

    private static void WriteHalf(
        Span<byte> row, int step, int width, ReadOnlySpan<float> values, DitherNoise.Frame grain, int y, int left, int lane)
    {
        const int side = MaskMap.BlockSide / 2;
        Span<byte> eight = stackalloc byte[side];
        for (int x = 0, cell = 1; x < width; x += side, cell += CellRow.CellsPerBlock)
        {
            EightSamples(values[(cell - 1)..], grain.Block(y, left + x, lane), eight);
            if (step == 1 && width - x >= side)
            {
                eight.CopyTo(row[x..]);
                continue;
            }

            for (var i = 0; i < Math.Min(side, width - x); i++)
            {
                row[(x + i) * step] = eight[i];
            }
        }
    }

    /// <summary>Two samples for each of four cells, each towards its neighbour.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EightSamples(ReadOnlySpan<float> around, ReadOnlySpan<float> noise, Span<byte> target)
    {
        var own = Vector128.Create(around.Slice(1, 4)) * 0.75f;
        var towardsLeft = own + (Vector128.Create(around[..4]) * 0.25f);
        var towardsRight = own + (Vector128.Create(around.Slice(2, 4)) * 0.25f);
        var first = Vector128.Create(towardsLeft[0], towardsRight[0], towardsLeft[1], towardsRight[1]);
        var second = Vector128.Create(towardsLeft[2], towardsRight[2], towardsLeft[3], towardsRight[3]);
        var whole = Vector128.Narrow(
            PackedRows.ToByteRange(first + (Vector128.Create(noise) * ChromaGrain)), PackedRows.ToByteRange(second + (Vector128.Create(noise[4..]) * ChromaGrain)));
        MemoryMarshal.Write(target, Vector128.Narrow(whole, whole).AsUInt64().ToScalar());
    }
}
