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

    private readonly struct Collector(List<short[]> blocks) : IBlockSink
    {
        public static ReadOnlySpan<byte> Order => CoefficientOrder.ZigZag;

        public List<short[]> Blocks => blocks;

        public void Put(int plane, int column, int row, scoped Span<short> block, int last) => blocks.Add(block.ToArray());
    }
}
