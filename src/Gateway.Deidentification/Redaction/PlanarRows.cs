using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>
/// Writes one channel of a planar layout. Rows of cells are stretched to the width of the samples first; each row of samples then lies
/// between two of them. All of it fits 16 bits: 255 levels of 16 parts and 8 shares are 32,640.
/// </summary>
internal static class PlanarRows
{
    /// <summary>Rows of cells that a block lies between: its own, and one above and one below.</summary>
    private const int CellRows = CellRow.CellsPerBlock + 2;

    /// <summary>Shares of two cells, or two rows of cells, in a sample between them.</summary>
    private const int Shares = 8;

    /// <summary>From 16 parts and 8 shares to whole levels.</summary>
    private const int LevelBits = 7;

    // Which cells, of those from one left of the first on, eight samples lie in and lie towards, and the shares of their own: two cells with
    // four samples each, or four with two.
    private static readonly Vector128<short> OwnOf2 = Vector128.Create((short)1, 1, 1, 1, 2, 2, 2, 2);
    private static readonly Vector128<short> OtherOf2 = Vector128.Create((short)0, 0, 2, 2, 1, 1, 3, 3);
    private static readonly Vector128<short> OwnShares2 = Vector128.Create((short)5, 7, 7, 5, 5, 7, 7, 5);
    private static readonly Vector128<short> OwnOf4 = Vector128.Create((short)1, 1, 2, 2, 3, 3, 4, 4);
    private static readonly Vector128<short> OtherOf4 = Vector128.Create((short)0, 2, 1, 3, 2, 4, 3, 5);
    private static readonly Vector128<short> OwnShares4 = Vector128.Create((short)6);

    /// <summary>Writes a run of blocks of one row of blocks.</summary>
    public static void Write(PixelImage image, in ImageChannel channel, int lane, PixelRect run, in CellPlanes planes, DitherNoise.Frame grain)
    {
        var side = MaskMap.BlockSide >> channel.Shift;
        var stretched = run.Width * side;
        var rented = ArrayPool<short>.Shared.Rent(CellRows * stretched);
        for (var row = 0; row < CellRows; row++)
        {
            var cells = planes.From(run.Left, lane, (run.Top * CellRow.CellsPerBlock) - 1 + row);
            Stretch(cells, rented.AsSpan(row * stretched, stretched), channel.Shift);
        }

        var left = run.Left * side;
        var width = Math.Min(run.Right * side, channel.Width) - left;
        for (var y = run.Top * side; y < Math.Min(run.Bottom * side, channel.Height); y++)
        {
            // The middle of a row of samples, in shares of a row of cells from the middle of the first one.
            var place = channel.Shift == 0 ? (2 * y) - 3 : (4 * y) - 2;
            var upper = (place >> 3) + 1 - (run.Top * CellRow.CellsPerBlock);
            var between = new Between(
                rented.AsSpan(upper * stretched, stretched), rented.AsSpan((upper + 1) * stretched, stretched), (short)(place & (Shares - 1)), grain.Row(y, lane));
            var row = image.Bytes[(channel.Offset + (y * channel.Stride) + (left * channel.Step))..];
            if (channel.Shift == 0)
            {
                WriteFull(row[..width], between, left);
            }
            else
            {
                WriteHalf(row, channel.Step, width, between, left);
            }
        }

        // What a weaker technique averaged must not be found by who rents this next.
        rented.AsSpan(0, CellRows * stretched).Clear();
        ArrayPool<short>.Shared.Return(rented);
    }

    /// <summary>Makes the samples between cells, eight at a time: four a cell at full resolution, two at half.</summary>
    private static void Stretch(ReadOnlySpan<short> cells, Span<short> samples, int shift)
    {
        var (own, other, shares) = shift == 0 ? (OwnOf2, OtherOf2, OwnShares2) : (OwnOf4, OtherOf4, OwnShares4);
        var otherShares = Vector128.Create((short)Shares) - shares;
        var half = Vector128.Create((short)(Shares / 2));
        var step = shift == 0 ? 2 : 4;
        for (int x = 0, cell = 0; x < samples.Length; x += 8, cell += step)
        {
            var around = Vector128.Create(cells.Slice(cell, 8));
            var sum = (Vector128.Shuffle(around, own) * shares) + (Vector128.Shuffle(around, other) * otherShares) + half;
            Vector128.ShiftRightArithmetic(sum, 3).CopyTo(samples[x..]);
        }
    }

    private static void WriteFull(Span<byte> row, in Between between, int left)
    {
        Span<byte> cut = stackalloc byte[MaskMap.BlockSide];
        for (var x = 0; x < row.Length; x += MaskMap.BlockSide)
        {
            var grain = between.Grain.Block(left + x);
            var sixteen = Vector128.Narrow(between.Eight(x, Vector128.Create(grain)), between.Eight(x + 8, Vector128.Create(grain[8..])));
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

    private static void WriteHalf(Span<byte> row, int step, int width, in Between between, int left)
    {
        const int side = MaskMap.BlockSide / 2;
        Span<byte> eight = stackalloc byte[side];
        for (var x = 0; x < width; x += side)
        {
            // Colour needs less grain than brightness before it shows: half of it.
            var levels = between.Eight(x, Vector128.ShiftRightArithmetic(Vector128.Create(between.Grain.Block(left + x)), 1));
            MemoryMarshal.Write(eight, Vector128.Narrow(levels, levels).AsUInt64().ToScalar());
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

    /// <summary>One row of samples between two stretched rows of cells.</summary>
    private readonly ref struct Between(ReadOnlySpan<short> upper, ReadOnlySpan<short> lower, short lowerShares, DitherNoise.Row grain)
    {
        private readonly ReadOnlySpan<short> _upper = upper;
        private readonly ReadOnlySpan<short> _lower = lower;
        private readonly Vector128<short> _upperShares = Vector128.Create((short)(Shares - lowerShares));
        private readonly Vector128<short> _lowerShares = Vector128.Create(lowerShares);

        public DitherNoise.Row Grain { get; } = grain;

        /// <summary>Eight samples with grain, rounded to whole levels of 0 to 255.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<ushort> Eight(int x, Vector128<short> grain)
        {
            var sum = (Vector128.Create(_upper.Slice(x, 8)) * _upperShares) + (Vector128.Create(_lower.Slice(x, 8)) * _lowerShares);
            var rounded = Vector128.AddSaturate(sum, grain + Vector128.Create((short)(1 << (LevelBits - 1))));
            return Vector128.Max(Vector128.ShiftRightArithmetic(rounded, LevelBits), Vector128<short>.Zero).AsUInt16();
        }
    }
}
