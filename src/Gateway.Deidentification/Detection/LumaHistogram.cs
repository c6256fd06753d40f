using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Detection;

/// <summary>How bright the pixels of an image are, in 256 steps of full range, from an even sample of at most some 16,000 pixels.</summary>
internal sealed class LumaHistogram
{
    private const int SamplesAcross = 128;

    /// <summary>Steps in brightness are measured over this share of the longer side: pixels of the size that the finest pass sees.</summary>
    private const int PixelsSeen = 1280;

    /// <summary>
    /// Share of the places that are as steep as <see cref="Steepness"/> or steeper: less than one small face before a plain wall has, so that
    /// such a frame counts as sharp.
    /// </summary>
    private const double SteepShare = 0.002;

    private readonly int[] _counts = new int[256];

    public double Mean { get; private set; }

    public double StandardDeviation { get; private set; }

    /// <summary>
    /// How much brightness changes from one pixel to the next, to the right or downwards, at the steepest two of a thousand places; the smaller
    /// of both ways, since a picture may be smeared in one. 255 for images too small to tell.
    /// </summary>
    public int Steepness { get; private set; }

    public static LumaHistogram Of(PixelImage image)
    {
        var histogram = new LumaHistogram();
        histogram.Measure(image);
        return histogram;
    }

    /// <summary>Forgets what was measured before and measures an image.</summary>
    public void Measure(PixelImage image)
    {
        // A frame opened at its coefficients is there at half its size, which is plenty for a sample.
        image = image.Jpeg?.Half ?? image;
        Array.Clear(_counts);
        Span<int> across = stackalloc int[256];
        Span<int> down = stackalloc int[256];
        across.Clear();
        down.Clear();
        switch (image.Layout)
        {
            case PixelLayout.Bgra32:
                Count<BgraLuma>(image, across, down);
                break;
            case PixelLayout.Rgb24:
                Count<RgbLuma>(image, across, down);
                break;
            case PixelLayout.I420 when image.IsFullRange:
                Count<FullRangeLuma>(image, across, down);
                break;
            default:
                Count<VideoLuma>(image, across, down);
                break;
        }

        Summarize();
        Steepness = Math.Min(SteepestOf(across), SteepestOf(down));
    }

    /// <summary>Share of pixels that would have to change their step, 0 to 1, over steps of 8: noise moves pixels by a few levels.</summary>
    public double DistanceTo(LumaHistogram other)
    {
        const int Step = 8;
        var (total, otherTotal) = ((double)_counts.Sum(), (double)other._counts.Sum());
        var distance = 0d;
        for (var first = 0; first < 256; first += Step)
        {
            distance += Math.Abs((Sum(_counts, first, Step) / total) - (Sum(other._counts, first, Step) / otherTotal));
        }

        return distance / 2;
    }

    private void Count<TLuma>(PixelImage image, Span<int> across, Span<int> down)
        where TLuma : struct, ILuma
    {
        var (width, height) = (image.Width, image.Height);
        var reach = Math.Max(1, Math.Max(width, height) / PixelsSeen);
        var stepX = Math.Max(1, width / SamplesAcross);
        var stepY = Math.Max(1, height / SamplesAcross);
        ReadOnlySpan<byte> bytes = image.Bytes;
        for (var y = stepY / 2; y < height; y += stepY)
        {
            // Below the last row there is nothing to compare with; its own samples count all the same.
            var hasBelow = y + reach < height;
            var row = bytes.Slice(y * width * TLuma.Bytes, width * TLuma.Bytes);
            var below = hasBelow ? bytes.Slice((y + reach) * width * TLuma.Bytes, width * TLuma.Bytes) : row;
            for (var x = stepX / 2; x < width; x += stepX)
            {
                var luma = TLuma.At(row, x);
                _counts[luma]++;
                if (hasBelow && x + reach < width)
                {
                    across[Math.Abs(luma - TLuma.At(row, x + reach))]++;
                    down[Math.Abs(luma - TLuma.At(below, x))]++;
                }
            }
        }
    }

    private static int SteepestOf(ReadOnlySpan<int> counts)
    {
        var total = 0;
        foreach (var count in counts)
        {
            total += count;
        }

        var (wanted, steepness) = ((int)Math.Ceiling(total * SteepShare), counts.Length - 1);
        for (var steeper = counts[steepness]; wanted > 0 && steeper < wanted; steeper += counts[steepness])
        {
            steepness--;
        }

        return steepness;
    }

    private static int Sum(int[] counts, int first, int length)
    {
        var sum = 0;
        foreach (var count in counts.AsSpan(first, length))
        {
            sum += count;
        }

        return sum;
    }

    private void Summarize()
    {
        var (total, sum, squares) = (0d, 0d, 0d);
        for (var luma = 0; luma < 256; luma++)
        {
            total += _counts[luma];
            sum += (double)luma * _counts[luma];
            squares += (double)luma * luma * _counts[luma];
        }

        Mean = sum / total;
        StandardDeviation = Math.Sqrt(Math.Max(0, (squares / total) - (Mean * Mean)));
    }

    /// <summary>Brightness of one pixel of a row, in full range. A type for each layout, so that the loop over the samples is compiled for it.</summary>
    private interface ILuma
    {
        /// <summary>Bytes of a pixel in the rows that are looked at.</summary>
        static abstract int Bytes { get; }

        static abstract int At(ReadOnlySpan<byte> row, int x);
    }

    /// <summary>BT.601 weights in 1/256.</summary>
    private readonly struct BgraLuma : ILuma
    {
        public static int Bytes => 4;

        public static int At(ReadOnlySpan<byte> row, int x) => ((29 * row[4 * x]) + (150 * row[(4 * x) + 1]) + (77 * row[(4 * x) + 2])) >> 8;
    }

    private readonly struct RgbLuma : ILuma
    {
        public static int Bytes => 3;

        public static int At(ReadOnlySpan<byte> row, int x) => ((77 * row[3 * x]) + (150 * row[(3 * x) + 1]) + (29 * row[(3 * x) + 2])) >> 8;
    }

    private readonly struct FullRangeLuma : ILuma
    {
        public static int Bytes => 1;

        public static int At(ReadOnlySpan<byte> row, int x) => row[x];
    }

    /// <summary>Video range, as the detector reads these layouts.</summary>
    private readonly struct VideoLuma : ILuma
    {
        private static readonly byte[] FullRange = [.. Enumerable.Range(0, 256).Select(luma => (byte)Math.Clamp((luma - 16) * 255 / 219, 0, 255))];

        public static int Bytes => 1;

        public static int At(ReadOnlySpan<byte> row, int x) => FullRange[row[x]];
    }
}
