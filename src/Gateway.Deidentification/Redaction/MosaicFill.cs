using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Redaction;

/// <summary>Shows each region as a few flat cells. Their number is relative to the mask: cells of fixed size leave a large face recognisable.</summary>
internal sealed class MosaicFill : IMaskFiller
{
    public RedactionTechnique Technique => RedactionTechnique.Mosaic;

    public void Fill(PixelImage image, MaskMap mask, ReadOnlySpan<MaskedRegion> regions, DitherNoise.Frame grain)
    {
        MaskFillers.CheckSize(image, mask);

        // All snapshots first, while the pixels are still there; then a flat gray, so that no masked block depends on being in a region.
        var snapshots = new MosaicSnapshot[regions.Length];
        for (var i = 0; i < regions.Length; i++)
        {
            snapshots[i] = regions[i].Snapshot ?? new MosaicSnapshot();
            Take(image, regions[i].Mask, snapshots[i]);
        }

        FlatFill.Fill(image, mask, SolidFill.DefaultLuma);
        for (var i = 0; i < regions.Length; i++)
        {
            Paint(image, mask, regions[i].Mask, snapshots[i]);
        }
    }

    private static void Take(PixelImage image, PixelRect region, MosaicSnapshot snapshot)
    {
        if (region.IsEmpty || snapshot.IsTaken)
        {
            return;
        }

        using var grid = new CellGrid(CellGrid.CellsOver(region));
        CellAverages.Fill(image, grid);
        snapshot.TakeOnce(grid);
    }

    private static void Paint(PixelImage image, MaskMap mask, PixelRect region, MosaicSnapshot snapshot)
    {
        if (region.IsEmpty)
        {
            return;
        }

        var channels = ImageChannels.Of(image);
        for (var channel = 0; channel < ImageChannels.Count; channel++)
        {
            Paint(image.Bytes, channels[channel], channel, mask, region, snapshot);
        }
    }

    private static void Paint(Span<byte> bytes, in ImageChannel channel, int index, MaskMap mask, PixelRect region, MosaicSnapshot snapshot)
    {
        var side = MaskMap.BlockSide >> channel.Shift;
        var left = region.Left >> channel.Shift;
        var width = (region.Right + channel.Shift >> channel.Shift) - left;
        for (var y = region.Top >> channel.Shift; y < region.Bottom + channel.Shift >> channel.Shift; y++)
        {
            var cellRow = RowOf((y << channel.Shift) - region.Top, region.Height, snapshot.Rows);
            for (int start, end = region.Left / MaskMap.BlockSide; mask.NextRun(y / side, ref end, out start) && start * side < left + width;)
            {
                for (var x = start * side; x < Math.Min(end * side, left + width); x++)
                {
                    var cellColumn = RowOf((x << channel.Shift) - region.Left, region.Width, snapshot.Columns);
                    bytes[channel.Offset + (y * channel.Stride) + (x * channel.Step)] = snapshot.Value(cellColumn, cellRow, index);
                }
            }
        }
    }

    private static int RowOf(int distance, int length, int cells) => Math.Min(distance * cells / length, cells - 1);
}
