using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>Writes all channels of a packed layout at once, one pixel in the lanes of one vector.</summary>
internal static class PackedRows
{
    private const uint Opaque = 0xFF000000;

    /// <summary>Writes a run of blocks of one row of blocks.</summary>
    public static void Write(PixelImage image, in ImageChannel channel, PixelRect run, CellGrid grid, DitherNoise.Frame grain)
    {
        var cells = (run.Width * CellRow.CellsPerBlock) + 2;
        var colours = ArrayPool<Vector4>.Shared.Rent(cells);
        var left = run.Left * MaskMap.BlockSide;
        var width = Math.Min(run.Right * MaskMap.BlockSide, channel.Width) - left;
        Span<uint> block = stackalloc uint[MaskMap.BlockSide];
        for (var y = run.Top * MaskMap.BlockSide; y < Math.Min(run.Bottom * MaskMap.BlockSide, channel.Height); y++)
        {
            CellRow.At(grid, run, y, channel.Shift, colours.AsSpan(0, cells));
            var noise = grain.Row(y, channel: 0);
            var row = image.Bytes.Slice(channel.Offset + (y * channel.Stride) + (left * channel.Step), width * channel.Step);
            for (int x = 0, cell = 1; x < width; x += MaskMap.BlockSide, cell += CellRow.CellsPerBlock)
            {
                Sixteen(colours.AsSpan(cell - 1, CellRow.CellsPerBlock + 2), noise.Block(left + x), block);
                Store(block[..Math.Min(block.Length, width - x)], row[(x * channel.Step)..], channel.Step);
            }
        }

        ArrayPool<Vector4>.Shared.Return(colours);
    }

    /// <summary>Rounds to integers of one byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> ToByteRange(Vector128<float> values) =>
        Vector128.ConvertToInt32(Vector128.Clamp(values + Vector128.Create(0.5f), Vector128<float>.Zero, Vector128.Create(255f)));

    /// <summary>The pixels of four cells between their neighbours on both sides.</summary>
    private static void Sixteen(ReadOnlySpan<Vector4> colours, ReadOnlySpan<short> noise, Span<uint> pixels)
    {
        for (var cell = 0; cell < CellRow.CellsPerBlock; cell++)
        {
            var own = colours[cell + 1].AsVector128();
            var towardsLeft = colours[cell].AsVector128() - own;
            var towardsRight = colours[cell + 2].AsVector128() - own;
            var at = cell * CellGrid.CellSide;
            pixels[at] = Pixel(own + (towardsLeft * 0.375f), noise[at]);
            pixels[at + 1] = Pixel(own + (towardsLeft * 0.125f), noise[at + 1]);
            pixels[at + 2] = Pixel(own + (towardsRight * 0.125f), noise[at + 2]);
            pixels[at + 3] = Pixel(own + (towardsRight * 0.375f), noise[at + 3]);
        }
    }

    /// <summary>The same grain in all channels is grain of brightness, as sensors have it. Alpha becomes opaque.</summary>
    private static uint Pixel(Vector128<float> colour, short noise)
    {
        var samples = ToByteRange(colour + Vector128.Create(noise * (1f / DitherNoise.PartsPerLevel)));
        var halves = Vector128.Narrow(samples, samples);
        return Vector128.Narrow(halves, halves).AsUInt32().ToScalar() | Opaque;
    }

    private static void Store(ReadOnlySpan<uint> pixels, Span<byte> row, int step)
    {
        if (step == 4)
        {
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(pixels).CopyTo(row);
            return;
        }

        for (var i = 0; i < pixels.Length; i++)
        {
            var pixel = pixels[i];
            BinaryPrimitives.WriteUInt16LittleEndian(row[(3 * i)..], (ushort)pixel);
            row[(3 * i) + 2] = (byte)(pixel >> 16);
        }
    }
}
