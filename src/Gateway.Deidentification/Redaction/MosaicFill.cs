using System.Buffers;
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
        var part = new PixelRect(
            region.Left >> channel.Shift,
            region.Top >> channel.Shift,
            (region.Right + channel.Shift) >> channel.Shift,
            (region.Bottom + channel.Shift) >> channel.Shift);
        var line = ArrayPool<byte>.Shared.Rent(part.Width);
        for (int y = part.Top, drawnRow = -1; y < part.Bottom; y++)
        {
            var cellRow = CellAt(y - part.Top, part.Height, snapshot.Rows);
            if (cellRow != drawnRow)
            {
                DrawLine(line.AsSpan(0, part.Width), snapshot, cellRow, index);
                drawnRow = cellRow;
            }

            for (int start, end = part.Left / side; mask.NextRun(y / side, ref end, out start) && start * side < part.Right;)
            {
                var left = start * side;
                var samples = line.AsSpan(left - part.Left, Math.Min(end * side, part.Right) - left);
                Store(samples, bytes[(channel.Offset + (y * channel.Stride) + (left * channel.Step))..], channel.Step);
            }
        }

        ArrayPool<byte>.Shared.Return(line);
    }

    private static void DrawLine(Span<byte> line, MosaicSnapshot snapshot, int cellRow, int channel)
    {
        for (var x = 0; x < line.Length; x++)
        {
            line[x] = snapshot.Value(CellAt(x, line.Length, snapshot.Columns), cellRow, channel);
        }
    }

    private static void Store(ReadOnlySpan<byte> samples, Span<byte> row, int step)
    {
        if (step == 1)
        {
            samples.CopyTo(row);
            return;
        }

        for (var i = 0; i < samples.Length; i++)
        {
            row[i * step] = samples[i];
        }
    }

    private static int CellAt(int distance, int length, int cells) => Math.Min(distance * cells / length, cells - 1);
}
