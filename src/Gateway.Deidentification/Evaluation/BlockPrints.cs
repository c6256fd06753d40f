using System.Numerics;
using System.Runtime.InteropServices;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Redaction;

namespace Gateway.Deidentification.Evaluation;

/// <summary>
/// A fingerprint of every 16 x 16 pixel block of a picture: enough to tell which blocks came back unchanged without keeping the picture. It
/// lives in memory only.
/// </summary>
internal sealed class BlockPrints
{
    private const int BytesPerPixel = 4;
    private const ulong Factor = 0x9E3779B97F4A7C15;

    private readonly ulong[] _prints;
    private readonly int _columns;

    private BlockPrints(int width, int height)
    {
        (Width, Height) = (width, height);
        _columns = ColumnsOf(width);
        _prints = new ulong[_columns * ColumnsOf(height)];
    }

    public int Width { get; }

    public int Height { get; }

    public ulong this[int index] => _prints[index];

    public static int ColumnsOf(int pixels) => (pixels + MaskMap.BlockSide - 1) / MaskMap.BlockSide;

    /// <param name="bgra">Pixels in <see cref="PixelLayout.Bgra32"/>.</param>
    /// <param name="width">Width.</param>
    /// <param name="height">Height.</param>
    public static BlockPrints Of(ReadOnlySpan<byte> bgra, int width, int height)
    {
        var prints = new BlockPrints(width, height);
        for (var y = 0; y < height; y++)
        {
            var row = MemoryMarshal.Cast<byte, uint>(bgra.Slice(y * width * BytesPerPixel, width * BytesPerPixel));
            var blocks = prints._prints.AsSpan(y / MaskMap.BlockSide * prints._columns, prints._columns);
            for (var x = 0; x < row.Length; x++)
            {
                ref var print = ref blocks[x / MaskMap.BlockSide];
                print = BitOperations.RotateLeft((print ^ row[x]) * Factor, 29);
            }
        }

        return prints;
    }
}
