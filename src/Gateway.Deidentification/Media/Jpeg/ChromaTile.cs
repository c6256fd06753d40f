using System.Buffers.Binary;

namespace Gateway.Deidentification.Media.Jpeg;

/// <summary>
/// Between blocks of colour as a file samples them and the planes of an I420 image, which have one sample at each 2 × 2 pixels. Averages and
/// repetitions stay within an MCU, so no colour crosses the edge of a mask.
/// </summary>
internal static class ChromaTile
{
    /// <summary>Bytes from row to row of a tile: four blocks of 4:1:1 side by side never come, one block of it is 16 wide.</summary>
    public const int Stride = 16;

    /// <summary>Samples in the largest tile.</summary>
    public const int Size = Stride * Stride;

    /// <summary>
    /// Brings a block to the sampling of I420, in place. On entry the block has <paramref name="side"/> rows of as many samples; on return
    /// rows and columns are multiplied by half of the steps.
    /// </summary>
    public static void ToI420(Span<byte> tile, int side, int stepX, int stepY)
    {
        var rows = side * stepY / 2;
        switch (stepY)
        {
            case 1:
                for (var row = 0; row < rows; row++)
                {
                    var upper = BinaryPrimitives.ReadUInt64LittleEndian(tile[(2 * row * Stride)..]);
                    var lower = BinaryPrimitives.ReadUInt64LittleEndian(tile[(((2 * row) + 1) * Stride)..]);
                    BinaryPrimitives.WriteUInt64LittleEndian(tile[(row * Stride)..], Mean(upper, lower));
                }

                break;
            case 4:
                for (var row = rows - 1; row >= 0; row--)
                {
                    tile.Slice(row / 2 * Stride, Stride).CopyTo(tile[(row * Stride)..]);
                }

                break;
        }

        for (var row = 0; row < rows && stepX != 2; row++)
        {
            ToI420Row(tile.Slice(row * Stride, Stride), side, stepX);
        }
    }

    /// <summary>Reads the samples of one block of a file from a plane of an I420 image; beyond the border its last samples go on.</summary>
    /// <param name="plane">Plane to read.</param>
    /// <param name="column">Column among the blocks of the file's plane.</param>
    /// <param name="row">Row among them.</param>
    /// <param name="stepX">Pixels for one sample across; 2 for brightness, whose samples are those of the plane.</param>
    /// <param name="stepY">Pixels for one sample down.</param>
    /// <param name="block">64 samples row by row.</param>
    public static void Read(PlaneSpan plane, int column, int row, int stepX, int stepY, Span<byte> block)
    {
        int left = column * 4 * stepX, top = row * 4 * stepY;
        if (stepX == 2 && stepY == 2 && plane.Holds(left, top, 8))
        {
            for (var y = 0; y < 8; y++)
            {
                plane.From(left, top + y)[..8].CopyTo(block[(8 * y)..]);
            }

            return;
        }

        for (var y = 0; y < 8; y++)
        {
            var upper = RowAt(plane, top + (y * stepY / 2));
            var lower = stepY == 4 ? RowAt(plane, top + (2 * y) + 1) : upper;
            for (var x = 0; x < 8; x++)
            {
                var at = Math.Min(left + (x * stepX / 2), plane.Width - 1);
                var next = stepX == 4 ? Math.Min(at + 1, plane.Width - 1) : at;
                block[(8 * y) + x] = (byte)((upper[at] + upper[next] + lower[at] + lower[next] + 2) >> 2);
            }
        }
    }

    private static ReadOnlySpan<byte> RowAt(PlaneSpan plane, int row) =>
        plane.Samples.Slice(Math.Min(row, plane.Height - 1) * plane.Width, plane.Width);

    private static void ToI420Row(Span<byte> row, int side, int stepX)
    {
        if (stepX == 1)
        {
            for (var x = 0; x < side / 2; x++)
            {
                row[x] = (byte)((row[2 * x] + row[(2 * x) + 1] + 1) >> 1);
            }
        }
        else
        {
            for (var x = (2 * side) - 1; x >= 0; x--)
            {
                row[x] = row[x / 2];
            }
        }
    }

    /// <summary>Mean of eight pairs of bytes, rounded up.</summary>
    private static ulong Mean(ulong a, ulong b) => (a | b) - (((a ^ b) & 0xFEFEFEFEFEFEFEFE) >> 1);
}
