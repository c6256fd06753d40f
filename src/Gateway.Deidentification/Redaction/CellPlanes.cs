using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>
/// The colours of the cells of an area taken apart into channels, in 16ths of a step of 8 bits, with the cells that touch the area. Between two
/// of them lie at most 8 shares, so a sum of shares stays within 16 bits.
/// </summary>
internal readonly struct CellPlanes : IDisposable
{
    /// <summary>Parts of a step of 8 bits.</summary>
    public const int PartsPerLevel = 16;

    /// <summary>Values that may be read behind the last: a vector is taken where fewer are needed.</summary>
    private const int Overlap = 8;

    private readonly short[] _values;
    private readonly PixelRect _cells;

    /// <summary>Takes the cells of an area of blocks out of a grid; cells beyond the grid are its outermost.</summary>
    public CellPlanes(CellGrid grid, PixelRect blocks)
    {
        const int side = CellRow.CellsPerBlock;
        _cells = new PixelRect((blocks.Left * side) - 1, (blocks.Top * side) - 1, (blocks.Right * side) + 1, (blocks.Bottom * side) + 1);
        _values = ArrayPool<short>.Shared.Rent(Length + Overlap);
        for (var row = _cells.Top; row < _cells.Bottom; row++)
        {
            Take(grid.Row(row), _cells.Left - grid.Cells.Left, OfRow(0, row), OfRow(1, row), OfRow(2, row));
        }
    }

    private int Length => ImageChannels.Count * _cells.Width * _cells.Height;

    /// <summary>The cells of one channel from one left of a block on, in a row of cells of the image, and whatever follows.</summary>
    public ReadOnlySpan<short> From(int block, int channel, int row) =>
        _values.AsSpan(((((channel * _cells.Height) + row - _cells.Top) * _cells.Width) + (block * CellRow.CellsPerBlock)) - 1 - _cells.Left);

    /// <summary>Gives the memory back. What is drawn from outside a mask is no secret, but what another technique averaged is.</summary>
    public void Dispose()
    {
        _values.AsSpan(0, Length).Clear();
        ArrayPool<short>.Shared.Return(_values);
    }

    private Span<short> OfRow(int channel, int row) =>
        _values.AsSpan(((channel * _cells.Height) + row - _cells.Top) * _cells.Width, _cells.Width);

    private static void Take(ReadOnlySpan<Vector4> colours, int first, Span<short> one, Span<short> two, Span<short> three)
    {
        for (var i = 0; i < one.Length; i++)
        {
            var colour = colours[Math.Clamp(first + i, 0, colours.Length - 1)].AsVector128();
            var parts = Vector128.ConvertToInt32Native((Vector128.Clamp(colour, Vector128<float>.Zero, Vector128.Create(255f)) * PartsPerLevel) + Vector128.Create(0.5f));
            one[i] = (short)parts[0];
            two[i] = (short)parts[1];
            three[i] = (short)parts[2];
        }
    }
}
