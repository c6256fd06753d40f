using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Jpeg;

namespace Gateway.Deidentification.Tests.Media.Jpeg;

/// <summary>Opens files and gives their coefficients.</summary>
internal static class ReadBlocks
{
    /// <summary>Opens a file that must open.</summary>
    public static PixelImage Opened(byte[] file)
    {
        Assert.Equal(JpegOutcome.Opened, JpegPicture.TryOpen(file, out var image));
        return image!;
    }

    public static JpegOutcome OutcomeOf(byte[] file)
    {
        var outcome = JpegPicture.TryOpen(file, out var image);
        image?.Dispose();
        return outcome;
    }

    /// <summary>All blocks in the order of the file, zigzag order.</summary>
    public static List<short[]> Of(byte[] file)
    {
        using var image = Opened(file);
        var sink = new Collector([]);
        var picture = image.Jpeg!;
        var index = new McuIndex();
        Assert.True(ScanReader.TryReadAll(picture.Layout, picture.Data, index, ref sink));
        return sink.Blocks;
    }

    /// <summary>How many columns and rows of each block lie within the picture, in the order of the file.</summary>
    public static List<(int Columns, int Rows)> Within(byte[] file)
    {
        using var image = Opened(file);
        var layout = image.Jpeg!.Layout;
        var within = new List<(int, int)>();
        for (var mcu = 0; mcu < layout.McuCount; mcu++)
        {
            foreach (var plane in layout.Planes)
            {
                for (var block = 0; block < plane.Columns * plane.Rows; block++)
                {
                    var column = (mcu % layout.McuColumns * plane.Columns) + (block % plane.Columns);
                    var row = (mcu / layout.McuColumns * plane.Rows) + (block / plane.Columns);
                    within.Add((
                        Math.Clamp((int)Math.Ceiling((double)layout.Width / plane.StepX) - (8 * column), 0, 8),
                        Math.Clamp((int)Math.Ceiling((double)layout.Height / plane.StepY) - (8 * row), 0, 8)));
                }
            }
        }

        return within;
    }

    /// <summary>Mean difference between samples beyond the border and the last one within, over the blocks that lie on it. One step for all coefficients.</summary>
    public static double RoughnessBeyond(byte[] file)
    {
        using var image = Opened(file);
        var quant = image.Jpeg!.Layout.Planes[0].Quant;
        var (within, blocks) = (Within(file), Of(file));
        var (sum, count) = (0d, 0);
        Span<byte> samples = stackalloc byte[64];
        Span<short> columns = stackalloc short[64];
        for (var i = 0; i < blocks.Count; i++)
        {
            if (within[i] is not (> 0 and var width, > 0 and var height) || (width, height) is (8, 8))
            {
                continue;
            }

            for (var k = 0; k < 64; k++)
            {
                columns[CoefficientOrder.Columns[k]] = blocks[i][k];
            }

            InverseDct8.Transform(columns, quant.Inverse8, samples, 8);
            for (var at = 0; at < 64; at++)
            {
                var (x, y) = (at % 8, at / 8);
                if (x >= width || y >= height)
                {
                    sum += Math.Abs(samples[at] - samples[(8 * Math.Min(y, height - 1)) + Math.Min(x, width - 1)]);
                    count++;
                }
            }
        }

        return sum / count;
    }

    private readonly struct Collector(List<short[]> blocks) : IBlockSink
    {
        public static ReadOnlySpan<byte> Order => CoefficientOrder.ZigZag;

        public List<short[]> Blocks => blocks;

        public void Put(int plane, int column, int row, scoped Span<short> block, int last) => blocks.Add(block.ToArray());
    }
}
