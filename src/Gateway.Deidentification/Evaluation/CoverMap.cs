using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Redaction;

namespace Gateway.Deidentification.Evaluation;

/// <summary>Which 16 x 16 pixel blocks of an output show nothing of the source any more.</summary>
public sealed class CoverMap
{
    /// <summary>Share of the box, about its middle, that must be covered: eyes, nose and mouth.</summary>
    public const float CoreScale = 0.8f;

    /// <summary>Share of the core from which a face is covered.</summary>
    public const double CoveredShareMin = 0.99;

    private readonly bool[] _covered;
    private readonly int _columns;

    internal CoverMap(int width, int height)
    {
        (Width, Height) = (width, height);
        _columns = BlockPrints.ColumnsOf(width);
        _covered = new bool[_columns * BlockPrints.ColumnsOf(height)];
    }

    /// <summary>Width of the picture, pixels.</summary>
    public int Width { get; }

    /// <summary>Height of the picture, pixels.</summary>
    public int Height { get; }

    /// <summary>Share of the blocks that are covered, 0 to 1.</summary>
    public double Share => (double)_covered.Count(isCovered => isCovered) / _covered.Length;

    /// <summary>True where the block at a column and row of blocks is covered.</summary>
    public bool this[int column, int row] => _covered[(row * _columns) + column];

    /// <summary>Everything is covered: a frame that was masked whole or not sent.</summary>
    public static CoverMap Whole(int width, int height)
    {
        var map = new CoverMap(width, height);
        Array.Fill(map._covered, true);
        return map;
    }

    /// <summary>
    /// What the still path replaced. Re-encoding may change every pixel a little, so pixels cannot tell; a test holds that for lossless stills they
    /// tell the same.
    /// </summary>
    internal static CoverMap Of(MaskMap mask)
    {
        var map = new CoverMap(mask.Width, mask.Height);
        for (var index = 0; index < map._covered.Length; index++)
        {
            map._covered[index] = mask.IsBlockMasked(index % map._columns, index / map._columns);
        }

        return map;
    }

    /// <summary>
    /// What the pixels say: an uncompressed frame comes back bit by bit as it went in, except under masks. A block that is the same was not masked,
    /// whatever the record says.
    /// </summary>
    internal static CoverMap Of(BlockPrints before, BlockPrints after)
    {
        var map = new CoverMap(before.Width, before.Height);
        for (var index = 0; index < map._covered.Length; index++)
        {
            map._covered[index] = before[index] != after[index];
        }

        return map;
    }

    /// <summary>Share of the part of a box inside the picture that is covered, 0 to 1; null where no part is inside.</summary>
    public double? ShareOf(in RegionBox box)
    {
        double all = 0, covered = 0;
        var (left, top) = (Math.Max(0, box.X), Math.Max(0, box.Y));
        var (right, bottom) = (Math.Min(Width, box.Right), Math.Min(Height, box.Bottom));
        for (var row = (int)top / MaskMap.BlockSide; row * MaskMap.BlockSide < bottom; row++)
        {
            for (var column = (int)left / MaskMap.BlockSide; column * MaskMap.BlockSide < right; column++)
            {
                var area = Overlap(left, right, column) * Overlap(top, bottom, row);
                all += area;
                covered += this[column, row] ? area : 0;
            }
        }

        return all > 0 ? covered / all : null;
    }

    /// <summary>The middle of a box that must be covered.</summary>
    public static RegionBox CoreOf(in RegionBox box) =>
        new(box.CenterX - (box.Width * CoreScale / 2), box.CenterY - (box.Height * CoreScale / 2), box.Width * CoreScale, box.Height * CoreScale);

    private static double Overlap(float from, float to, int block) =>
        Math.Max(0, Math.Min(to, (block + 1) * MaskMap.BlockSide) - (double)Math.Max(from, block * MaskMap.BlockSide));
}
