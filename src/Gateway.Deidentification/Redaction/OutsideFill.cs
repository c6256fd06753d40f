using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>
/// Fills a mask from the picture around it: the colours at its edge are stretched over it like a membrane, with a little grain. No pixel
/// inside a mask is ever read, so what was there cannot influence the result.
/// </summary>
/// <param name="quiet">
/// An area that touches one of these boxes is one dark gray instead: it has no shape of its own, and no colour of skin or hair that could make a
/// head of what surrounds it.
/// </param>
internal sealed class OutsideFill(IReadOnlyList<RegionBox>? quiet = null) : IMaskFiller
{
    /// <summary>Where the whole frame is masked nothing is outside, and the fill is a flat middle gray.</summary>
    private const byte WholeFrameLuma = 128;

    /// <summary>One list a thread: frames of one stream are filled in parallel.</summary>
    [ThreadStatic]
    private static List<PixelRect>? _areas;

    private readonly IReadOnlyList<RegionBox> _quiet = quiet ?? [];

    public RedactionTechnique Technique => RedactionTechnique.OutsideFill;

    public void Fill(PixelImage image, MaskMap mask, ReadOnlySpan<MaskedRegion> regions, DitherNoise.Frame grain)
    {
        MaskFillers.CheckSize(image, mask);
        if (mask.IsWhole)
        {
            FlatFill.Fill(image, mask, WholeFrameLuma);
            return;
        }

        var areas = _areas ??= [];
        mask.FindBoundingRects(areas);
        foreach (var area in areas)
        {
            if (IsQuiet(area))
            {
                FlatFill.Fill(image, mask, area, SolidFill.DefaultLuma);
            }
            else
            {
                FillArea(image, mask, area, grain);
            }
        }
    }

    private bool IsQuiet(PixelRect area)
    {
        var box = new RegionBox(area.Left, area.Top, area.Width, area.Height);
        for (var index = 0; index < _quiet.Count; index++)
        {
            if (_quiet[index].Touches(box))
            {
                return true;
            }
        }

        return false;
    }

    private static void FillArea(PixelImage image, MaskMap mask, PixelRect area, DitherNoise.Frame grain)
    {
        var inside = CellGrid.CellsOver(area);
        var all = CellGrid.CellsOver(new PixelRect(0, 0, image.Width, image.Height));
        var around = new PixelRect(inside.Left - 1, inside.Top - 1, inside.Right + 1, inside.Bottom + 1);
        using var grid = new CellGrid(around.ClipTo(all.Right, all.Bottom));
        MarkUnknown(grid, mask);
        ReadEdge(grid, image);
        Membrane.Solve(grid.Colours, grid.States, grid.Columns, grid.Rows);
        CellWriter.Write(image, mask, area, grid, grain);
    }

    private static void MarkUnknown(CellGrid grid, MaskMap mask)
    {
        var states = grid.States;
        for (var row = 0; row < grid.Rows; row++)
        {
            var blockRow = (grid.Cells.Top + row) / CellRow.CellsPerBlock;
            for (var column = 0; column < grid.Columns; column++)
            {
                if (mask.IsBlockMasked((grid.Cells.Left + column) / CellRow.CellsPerBlock, blockRow))
                {
                    states[(row * grid.Columns) + column] = CellState.Unknown;
                }
            }
        }
    }

    /// <summary>Reads the cells that touch the mask from outside, also over a corner: pixels near a corner lie between those too.</summary>
    private static void ReadEdge(CellGrid grid, PixelImage image)
    {
        // Of a frame opened at its coefficients the half picture has all there is to a cell, and nothing needs to be decoded for it.
        var (source, side) = image.Jpeg is { } picture ? (picture.Half, CellGrid.CellSide / 2) : (image, CellGrid.CellSide);
        var channels = ImageChannels.Of(source);
        ReadOnlySpan<byte> bytes = source.Bytes;
        var states = grid.States;
        for (var row = 0; row < grid.Rows; row++)
        {
            var line = states.Slice(row * grid.Columns, grid.Columns);
            for (int start, end = 0; (start = line[end..].IndexOf(CellState.Unknown)) >= 0;)
            {
                start += end;
                var length = line[start..].IndexOfAnyExcept(CellState.Unknown);
                end = length < 0 ? grid.Columns : start + length;
                var around = new PixelRect(start - 1, row - 1, end + 1, row + 2).ClipTo(grid.Columns, grid.Rows);
                for (var y = around.Top; y < around.Bottom; y++)
                {
                    ReadIgnored(grid, y, around, bytes, in channels, side);
                }
            }
        }
    }

    /// <summary>Reads the cells of a part of a row that were not read yet and are not masked.</summary>
    private static void ReadIgnored(CellGrid grid, int row, PixelRect part, ReadOnlySpan<byte> bytes, in ImageChannels channels, int side)
    {
        var cells = grid.States.Slice((row * grid.Columns) + part.Left, part.Width);
        for (int at, from = 0; (at = cells[from..].IndexOf(CellState.Ignored)) >= 0;)
        {
            from += at;
            cells[from] = CellState.Known;
            var column = part.Left + from;
            grid.Colours[(row * grid.Columns) + column] = CellAverages.Of(bytes, in channels, grid.Cells.Left + column, grid.Cells.Top + row, side);
        }
    }
}
