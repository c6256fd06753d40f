using System.Numerics;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Detection;

/// <summary>
/// Which pixels of an image belong to one region, as a model of outlines saw it: one bit for each cell of 4 x 4 pixels, set where the region
/// touches the cell. While a detector works it is memory that is used again; what leaves the detector is a copy that nobody changes.
/// </summary>
internal sealed class Outline
{
    /// <summary>Side of a cell in pixels of the image.</summary>
    public const int CellSide = 4;

    /// <summary>How much wider a mask is than the outline on every side, in longer sides of the region's box.</summary>
    private const float MarginShare = 0.04f;

    private ulong[] _words = [];
    private ulong[] _spare = [];

    /// <summary>Rows of cells and, in whole words, columns of cells that there is room for.</summary>
    private PixelRect _room;

    /// <summary>How fine the model saw, in pixels of the image: the outline may be wrong by as much.</summary>
    public float GrainPx { get; private set; }

    /// <summary>First row of cells.</summary>
    public int Top => _room.Top;

    /// <summary>The row of cells after the last.</summary>
    public int Bottom => _room.Bottom;

    private int WordsPerRow => _room.Width / 64;

    /// <summary>How many cells are set.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var word in Words)
            {
                count += BitOperations.PopCount(word);
            }

            return count;
        }
    }

    /// <summary>The smallest rectangle around the cells that are set, in cells; empty where none is.</summary>
    public PixelRect Bounds
    {
        get
        {
            var (left, top, right, bottom) = (int.MaxValue, int.MaxValue, 0, 0);
            for (var row = Top; row < Bottom; row++)
            {
                for (int start, end = 0; NextRun(row, ref end, out start);)
                {
                    (left, top, right, bottom) = (Math.Min(left, start), Math.Min(top, row), Math.Max(right, end), row + 1);
                }
            }

            return right == 0 ? default : new PixelRect(left, top, right, bottom);
        }
    }

    private Span<ulong> Words => _words.AsSpan(0, WordsPerRow * _room.Height);

    /// <summary>
    /// How much wider a mask has to be than the outline: by one step of what the model saw, by a share of the region for what it draws too
    /// narrow (hair, hands, a bag), and by what the region may have moved.
    /// </summary>
    public float MarginPx(in RegionBox box, float motionPx) => GrainPx + (MarginShare * Math.Max(box.Width, box.Height)) + motionPx;

    /// <summary>Makes it ready for the cells within a rectangle of cells, none of them set.</summary>
    public void Reset(PixelRect cells, float grainPx)
    {
        _room = WholeWords(cells);
        GrainPx = grainPx;
        if (_words.Length < WordsPerRow * _room.Height)
        {
            _words = new ulong[WordsPerRow * _room.Height];
        }

        Words.Clear();
    }

    /// <summary>Sets a run of cells of a row; both lie in the rectangle of <see cref="Reset"/>.</summary>
    public void Set(int row, int start, int end) => BitRow.Set(RowOf(row), start - _room.Left, end - _room.Left);

    /// <summary>Finds the next run of set cells in a row, in cells of the image, beginning at <paramref name="end"/>; see <see cref="BitRow.NextRun"/>.</summary>
    public bool NextRun(int row, ref int end, out int start)
    {
        var from = Math.Max(0, end - _room.Left);
        var isFound = BitRow.NextRun(RowOf(row), _room.Width, ref from, out start);
        (start, end) = (start + _room.Left, from + _room.Left);
        return isFound;
    }

    /// <summary>Sets what another one has set as well, and is as coarse as the coarser of both.</summary>
    public void Unite(Outline other)
    {
        GrainPx = Math.Max(GrainPx, other.GrainPx);
        MakeRoomFor(other._room);
        for (var row = other.Top; row < other.Bottom; row++)
        {
            ReadOnlySpan<ulong> from = other.RowOf(row);
            var to = RowOf(row)[((other._room.Left - _room.Left) / 64)..];
            for (var word = 0; word < from.Length; word++)
            {
                to[word] |= from[word];
            }
        }
    }

    /// <summary>A copy, no larger than it needs to be.</summary>
    public Outline Copy() => new() { _words = Words.ToArray(), _room = _room, GrainPx = GrainPx };

    private Span<ulong> RowOf(int row) => _words.AsSpan((row - _room.Top) * WordsPerRow, WordsPerRow);

    private void MakeRoomFor(PixelRect other)
    {
        var (room, words) = (_room, _words);
        var wanted = new PixelRect(
            Math.Min(room.Left, other.Left), Math.Min(room.Top, other.Top), Math.Max(room.Right, other.Right), Math.Max(room.Bottom, other.Bottom));
        if (wanted == room)
        {
            return;
        }

        var wordsPerRow = room.Width / 64;
        var count = wanted.Width / 64 * wanted.Height;
        (_room, _words, _spare) = (wanted, _spare.Length >= count ? _spare : new ulong[count], words);
        Words.Clear();
        for (var row = room.Top; row < room.Bottom; row++)
        {
            words.AsSpan((row - room.Top) * wordsPerRow, wordsPerRow).CopyTo(RowOf(row)[((room.Left - wanted.Left) / 64)..]);
        }
    }

    /// <summary>Words begin at multiples of 64 cells of the image, so that two outlines are united word by word.</summary>
    private static PixelRect WholeWords(PixelRect cells) => new(cells.Left / 64 * 64, cells.Top, BitRow.WordsOf(cells.Right) * 64, cells.Bottom);
}
