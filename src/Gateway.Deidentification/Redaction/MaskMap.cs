using System.Numerics;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>
/// Which 16 x 16 pixel blocks of a frame are masked, one bit a block. Masks are whole blocks because subsampled colour and the blocks of
/// codecs would otherwise carry colour from inside the mask across its edge. The last column and row of blocks may be cut by the image.
/// </summary>
internal sealed class MaskMap
{
    /// <summary>Side of a block in pixels.</summary>
    public const int BlockSide = 16;

    private readonly int _wordsPerRow;
    private readonly int _unitColumns;
    private readonly int _unitRows;
    private readonly ulong[] _words;

    /// <summary>Makes a map of an image with nothing masked.</summary>
    /// <param name="width">Width of the image in pixels.</param>
    /// <param name="height">Height of the image in pixels.</param>
    /// <param name="unitColumns">Columns of blocks that are only masked together, where a codec has larger blocks: every box is rounded out to them.</param>
    /// <param name="unitRows">Rows of blocks that are only masked together.</param>
    public MaskMap(int width, int height, int unitColumns = 1, int unitRows = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(unitColumns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(unitRows);
        (_unitColumns, _unitRows) = (unitColumns, unitRows);
        Width = width;
        Height = height;
        Columns = BlocksOver(width);
        Rows = BlocksOver(height);
        _wordsPerRow = BitRow.WordsOf(Columns);
        _words = new ulong[_wordsPerRow * Rows];
    }

    /// <summary>Width of the image in pixels.</summary>
    public int Width { get; }

    /// <summary>Height of the image in pixels.</summary>
    public int Height { get; }

    /// <summary>Number of blocks in a row.</summary>
    public int Columns { get; }

    /// <summary>Number of rows of blocks.</summary>
    public int Rows { get; }

    /// <summary>Columns of blocks that are only masked together.</summary>
    public int UnitColumns => _unitColumns;

    /// <summary>Rows of blocks that are only masked together.</summary>
    public int UnitRows => _unitRows;

    /// <summary>True when nothing is masked.</summary>
    public bool IsEmpty => !_words.AsSpan().ContainsAnyExcept(0UL);

    /// <summary>True when every block is masked.</summary>
    public bool IsWhole => MaskedBlocks == Columns * Rows;

    /// <summary>Share of the image's pixels that is masked, 0 to 1.</summary>
    public double CoverageShare
    {
        get
        {
            long pixels = 0;
            for (var row = 0; row < Rows; row++)
            {
                var height = Math.Min(BlockSide, Height - (row * BlockSide));
                for (int start, end = 0; NextRun(row, ref end, out start);)
                {
                    pixels += (long)height * (Math.Min(end * BlockSide, Width) - (start * BlockSide));
                }
            }

            return (double)pixels / ((long)Width * Height);
        }
    }

    private int MaskedBlocks
    {
        get
        {
            var blocks = 0;
            foreach (var word in _words)
            {
                blocks += BitOperations.PopCount(word);
            }

            return blocks;
        }
    }

    /// <summary>A map with every block masked.</summary>
    public static MaskMap Whole(int width, int height)
    {
        var map = new MaskMap(width, height);
        map.MaskWhole();
        return map;
    }

    /// <summary>
    /// Masks what <see cref="MaskShape"/> puts around a box, rounded out to blocks and clipped to the image. A box that cannot be placed (not
    /// finite, or without area) masks the whole image: its face is somewhere.
    /// </summary>
    /// <returns>The smallest rectangle around the blocks of this box; empty when the shape lies outside the image.</returns>
    public PixelRect Add(in RegionBox box, float extraMargin = 0, RegionClass regionClass = RegionClass.Face)
    {
        var shape = MaskShape.Around(box, extraMargin, regionClass);
        if (!(shape.Outer.Width > 0 && shape.Outer.Height > 0 && box.Width > 0 && box.Height > 0 && extraMargin >= 0)
            || !float.IsFinite(shape.Outer.X + shape.Outer.Y + shape.Outer.Width + shape.Outer.Height))
        {
            MaskWhole();
            return new PixelRect(0, 0, Width, Height);
        }

        var blocks = new PixelRect(Columns, Rows, 0, 0);
        for (var row = FirstBlock(shape.Outer.Y, Rows); row < EndBlock(shape.Outer.Bottom, Rows); row++)
        {
            if (shape.WidestWithin(row * BlockSide, (row + 1) * BlockSide, out var left, out var right))
            {
                var masked = Mask(row, FirstBlock(left, Columns), EndBlock(right, Columns));
                blocks = masked.IsEmpty ? blocks : Around(blocks, masked);
            }
        }

        return blocks.IsEmpty ? default : ToPixels(blocks);
    }

    /// <summary>
    /// Masks every pixel that lies no further from an outline than a margin, across and down, rounded out to blocks and clipped to the image. A
    /// margin that is no distance masks the whole image.
    /// </summary>
    /// <returns>The smallest rectangle around the blocks of this outline; empty when it lies outside the image.</returns>
    public PixelRect Add(Outline outline, float marginPx)
    {
        ArgumentNullException.ThrowIfNull(outline);
        if (!(marginPx >= 0 && float.IsFinite(marginPx)))
        {
            MaskWhole();
            return new PixelRect(0, 0, Width, Height);
        }

        var blocks = new PixelRect(Columns, Rows, 0, 0);
        for (var row = outline.Top; row < outline.Bottom; row++)
        {
            var (top, bottom) = (FirstBlock((row * Outline.CellSide) - (double)marginPx, Rows), EndBlock(((row + 1) * Outline.CellSide) + (double)marginPx, Rows));
            for (int start, end = 0; outline.NextRun(row, ref end, out start);)
            {
                var (left, right) = (FirstBlock((start * Outline.CellSide) - (double)marginPx, Columns), EndBlock((end * Outline.CellSide) + (double)marginPx, Columns));
                for (var block = top; block < bottom; block++)
                {
                    var masked = Mask(block, left, right);
                    blocks = masked.IsEmpty ? blocks : Around(blocks, masked);
                }
            }
        }

        return blocks.IsEmpty ? default : ToPixels(blocks);
    }

    /// <summary>Masks also what another map of the same size masks.</summary>
    /// <exception cref="ArgumentException">The maps belong to images of different size.</exception>
    public void Add(MaskMap other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Width != Width || other.Height != Height)
        {
            throw new ArgumentException("The maps belong to images of different size.", nameof(other));
        }

        for (var i = 0; i < _words.Length; i++)
        {
            _words[i] |= other._words[i];
        }
    }

    /// <summary>Masks every block.</summary>
    public void MaskWhole()
    {
        for (var row = 0; row < Rows; row += _unitRows)
        {
            Mask(row, 0, Columns);
        }
    }

    /// <summary>An empty map like this one.</summary>
    public MaskMap Blank() => new(Width, Height, _unitColumns, _unitRows);

    /// <summary>Unmasks every block.</summary>
    public void Clear() => _words.AsSpan().Clear();

    /// <summary>True when the pixel is masked.</summary>
    public bool IsMasked(int x, int y) => IsBlockMasked(x / BlockSide, y / BlockSide);

    /// <summary>True when the block is masked.</summary>
    public bool IsBlockMasked(int column, int row) => ((_words[(row * _wordsPerRow) + (column >> 6)] >> (column & 63)) & 1) != 0;

    /// <summary>Finds the next run of masked blocks in a row, beginning at column <paramref name="end"/>.</summary>
    /// <param name="row">Row of blocks.</param>
    /// <param name="end">Before: where to begin. After: the column after the run.</param>
    /// <param name="start">First column of the run.</param>
    public bool NextRun(int row, ref int end, out int start) =>
        BitRow.NextRun(_words.AsSpan(row * _wordsPerRow, _wordsPerRow), Columns, ref end, out start);

    /// <summary>
    /// Rectangles in pixels that together hold all masked blocks; between any two of them lies at least one unmasked row or column of blocks,
    /// so each can be filled without looking at another.
    /// </summary>
    public IReadOnlyList<PixelRect> BoundingRects()
    {
        var areas = new List<PixelRect>();
        FindBoundingRects(areas);
        return areas;
    }

    /// <summary>As <see cref="BoundingRects"/>, in a list that is used again and again.</summary>
    public void FindBoundingRects(List<PixelRect> areas)
    {
        areas.Clear();
        for (var row = 0; row < Rows; row++)
        {
            for (int start, end = 0; NextRun(row, ref end, out start);)
            {
                Merge(areas, new PixelRect(start, row, end, row + 1));
            }
        }

        for (var index = 0; index < areas.Count; index++)
        {
            areas[index] = ToPixels(areas[index]);
        }
    }

    private static int BlocksOver(int pixels) => (int)(((long)pixels + BlockSide - 1) / BlockSide);

    private static int FirstBlock(double edge, int blocks) => (int)Math.Clamp(Math.Floor(edge / BlockSide), 0, blocks);

    private static int EndBlock(double edge, int blocks) => (int)Math.Clamp(Math.Ceiling(edge / BlockSide), 0, blocks);

    private static void Merge(List<PixelRect> areas, PixelRect area)
    {
        for (var i = areas.Count - 1; i >= 0; i--)
        {
            if (Touch(areas[i], area))
            {
                // The union may now touch areas that were passed already.
                area = Around(area, areas[i]);
                areas.RemoveAt(i);
                i = areas.Count;
            }
        }

        areas.Add(area);
    }

    private static bool Touch(PixelRect a, PixelRect b) => a.Left <= b.Right && b.Left <= a.Right && a.Top <= b.Bottom && b.Top <= a.Bottom;

    private static PixelRect Around(PixelRect a, PixelRect b) =>
        new(Math.Min(a.Left, b.Left), Math.Min(a.Top, b.Top), Math.Max(a.Right, b.Right), Math.Max(a.Bottom, b.Bottom));

    private PixelRect ToPixels(PixelRect blocks) =>
        new PixelRect(blocks.Left * BlockSide, blocks.Top * BlockSide, blocks.Right * BlockSide, blocks.Bottom * BlockSide).ClipTo(Width, Height);

    /// <summary>Masks a run of blocks, rounded out to units; the answer is what was masked, in blocks.</summary>
    private PixelRect Mask(int row, int first, int end)
    {
        var top = row / _unitRows * _unitRows;
        var unit = new PixelRect(first / _unitColumns * _unitColumns, top, RoundUp(end, _unitColumns), top + _unitRows).ClipTo(Columns, Rows);
        for (var y = unit.Top; y < unit.Bottom && first < end; y++)
        {
            BitRow.Set(_words.AsSpan(y * _wordsPerRow, _wordsPerRow), unit.Left, unit.Right);
        }

        return first < end ? unit : default;
    }

    private static int RoundUp(int blocks, int unit) => (blocks + unit - 1) / unit * unit;
}
