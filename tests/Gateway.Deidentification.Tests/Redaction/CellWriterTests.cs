using System.Numerics;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Redaction;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Redaction;

/// <summary>What is written between cells, against the definition in plain floating point.</summary>
public sealed class CellWriterTests
{
    [Theory]
    [InlineData(PixelLayout.I420, 127, 95)]
    [InlineData(PixelLayout.Nv12, 127, 95)]
    [InlineData(PixelLayout.I420, 320, 240)]
    [InlineData(PixelLayout.Bgra32, 127, 95)]
    [InlineData(PixelLayout.Rgb24, 64, 48)]
    public void Samples_lie_on_straight_lines_between_the_middles_of_cells(PixelLayout layout, int width, int height)
    {
        var generator = new SeededGenerator(7);
        using var image = PixelImage.Create(layout, width, height);
        var mask = new MaskMap(width, height);
        mask.Add(new RegionBox(width * 0.3f, height * 0.2f, width * 0.3f, height * 0.4f));
        mask.Add(new RegionBox(width - 20, height - 20, 30, 30));
        var area = new PixelRect(0, 0, width, height);
        using var grid = new CellGrid(CellGrid.CellsOver(area));
        foreach (ref var colour in grid.Colours)
        {
            colour = new Vector4(generator.NextSingle(0, 255), generator.NextSingle(0, 255), generator.NextSingle(0, 255), 0);
        }

        CellWriter.Write(image, mask, area, grid, grain: default);

        var written = 0;
        for (var channel = 0; channel < ImageChannels.Count; channel++)
        {
            var plane = ImageChannels.Of(image)[channel];
            for (var y = 0; y < plane.Height; y++)
            {
                for (var x = 0; x < plane.Width; x++)
                {
                    var sample = image.Bytes[plane.Offset + (y * plane.Stride) + (x * plane.Step)];
                    var isMasked = mask.IsMasked(x << plane.Shift, y << plane.Shift);
                    written += isMasked ? 1 : 0;
                    Assert.InRange(sample - (isMasked ? Expected(grid, channel, x, y, plane.Shift) : 0), -1, 1);
                }
            }
        }

        Assert.True(written > width * height / 8);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public void Grain_at_the_end_of_the_range_stays_in_it(byte level)
    {
        using var image = PixelImage.Create(PixelLayout.I420, 64, 64);
        using var grid = new CellGrid(new PixelRect(0, 0, 16, 16));
        grid.Colours.Fill(new Vector4(level));

        CellWriter.Write(image, MaskMap.Whole(64, 64), new PixelRect(0, 0, 64, 64), grid, Frames.Noise.ForFrame(0));

        var values = image.Bytes.ToArray();
        Assert.All(values, value => Assert.InRange(value, Math.Max(0, level - 2), Math.Min(255, level + 2)));
        Assert.True(values.Distinct().Count() > 1);
    }

    private static double Expected(CellGrid grid, int channel, int x, int y, int shift)
    {
        double side = CellGrid.CellSide >> shift, column = ((x + 0.5) / side) - 0.5, row = ((y + 0.5) / side) - 0.5;
        var (left, top) = (Math.Floor(column), Math.Floor(row));
        var (right, down) = (column - left, row - top);
        double At(double atColumn, double atRow) =>
            grid.Colours[((int)Math.Clamp(atRow, 0, grid.Rows - 1) * grid.Columns) + (int)Math.Clamp(atColumn, 0, grid.Columns - 1)][channel];

        return ((((At(left, top) * (1 - right)) + (At(left + 1, top) * right)) * (1 - down)) + (((At(left, top + 1) * (1 - right)) + (At(left + 1, top + 1) * right)) * down));
    }
}
