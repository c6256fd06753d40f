using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>Writes one channel of a planar layout: the horizontal half of the interpolation, grain and rounding.</summary>
internal static class PlanarRows
{
    /// <summary>Colour needs less grain than brightness before it shows.</summary>
    private const float ChromaGrain = 0.5f;

    /// <summary>Shares of the left, own and right cell for the four samples of a cell at full resolution.</summary>
    private static readonly Vector128<float> Left4 = Vector128.Create(0.375f, 0.125f, 0, 0);
    private static readonly Vector128<float> Own4 = Vector128.Create(0.625f, 0.875f, 0.875f, 0.625f);
    private static readonly Vector128<float> Right4 = Vector128.Create(0, 0, 0.125f, 0.375f);

    /// <summary>Writes a run of blocks of one row of blocks.</summary>
    public static void Write(PixelImage image, in ImageChannel channel, int lane, PixelRect run, CellGrid grid, DitherNoise.Frame grain)
    {
        var cells = (run.Width * CellRow.CellsPerBlock) + 2;
        var colours = ArrayPool<Vector4>.Shared.Rent(cells);
        var values = ArrayPool<float>.Shared.Rent(cells);
        var side = MaskMap.BlockSide >> channel.Shift;
        var left = run.Left * side;
        var width = Math.Min(run.Right * side, channel.Width) - left;
        for (var y = run.Top * side; y < Math.Min(run.Bottom * side, channel.Height); y++)
        {
            CellRow.At(grid, run, y, channel.Shift, colours.AsSpan(0, cells));
            TakeLane(colours.AsSpan(0, cells), lane, values);
            var row = image.Bytes[(channel.Offset + (y * channel.Stride) + (left * channel.Step))..];
            if (channel.Shift == 0)
            {
                WriteFull(row[..width], values.AsSpan(0, cells), grain, y, left);
            }
            else
            {
                WriteHalf(row, channel.Step, width, values.AsSpan(0, cells), grain, y, left, lane);
            }
        }

        ArrayPool<float>.Shared.Return(values);
        ArrayPool<Vector4>.Shared.Return(colours);
    }

    private static void TakeLane(ReadOnlySpan<Vector4> colours, int lane, Span<float> values)
    {
        var lanes = MemoryMarshal.Cast<Vector4, float>(colours);
        for (var i = 0; i < colours.Length; i++)
        {
            values[i] = lanes[(4 * i) + lane];
        }
    }

    private static void WriteFull(Span<byte> row, ReadOnlySpan<float> values, DitherNoise.Frame grain, int y, int left)
    {
        Span<byte> block = stackalloc byte[MaskMap.BlockSide];
        for (int x = 0, cell = 1; x < row.Length; x += MaskMap.BlockSide, cell += CellRow.CellsPerBlock)
        {
            var noise = grain.Block(y, left + x, channel: 0);
            var first = Vector128.Narrow(FourSamples(values, cell, noise), FourSamples(values, cell + 1, noise[4..]));
            var second = Vector128.Narrow(FourSamples(values, cell + 2, noise[8..]), FourSamples(values, cell + 3, noise[12..]));
            Vector128.Narrow(first, second).AsByte().CopyTo(block);
            block[..Math.Min(block.Length, row.Length - x)].CopyTo(row[x..]);
        }
    }

    private static Vector128<int> FourSamples(ReadOnlySpan<float> values, int cell, ReadOnlySpan<float> noise)
    {
        var value = (Own4 * values[cell]) + (Left4 * values[cell - 1]) + (Right4 * values[cell + 1]) + Vector128.Create(noise);
        return PackedRows.ToByteRange(value);
    }

    private static void WriteHalf(
        Span<byte> row, int step, int width, ReadOnlySpan<float> values, DitherNoise.Frame grain, int y, int left, int lane)
    {
        const int side = MaskMap.BlockSide / 2;
        for (var x = 0; x < width; x += side)
        {
            var noise = grain.Block(y, left + x, lane);
            for (var i = 0; i < Math.Min(side, width - x); i++)
            {
                var cell = 1 + ((x + i) / 2);
                var neighbour = (i & 1) == 0 ? values[cell - 1] : values[cell + 1];
                var value = (0.75f * values[cell]) + (0.25f * neighbour) + (ChromaGrain * noise[i]) + 0.5f;
                row[(x + i) * step] = (byte)Math.Clamp(value, 0, 255);
            }
        }
    }
}
