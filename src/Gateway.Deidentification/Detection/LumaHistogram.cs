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
        var reach = Math.Max(1, Math.Max(image.Width, image.Height) / PixelsSeen);
        var stepX = Math.Max(1, image.Width / SamplesAcross);
        var stepY = Math.Max(1, image.Height / SamplesAcross);
        var bytes = image.Bytes;
        for (var y = stepY / 2; y < image.Height; y += stepY)
        {
            for (var x = stepX / 2; x < image.Width; x += stepX)
            {
                var luma = LumaAt(image, bytes, (y * image.Width) + x);
                _counts[luma]++;
                if (x + reach < image.Width && y + reach < image.Height)
                {
                    across[Math.Abs(luma - LumaAt(image, bytes, (y * image.Width) + x + reach))]++;
                    down[Math.Abs(luma - LumaAt(image, bytes, ((y + reach) * image.Width) + x))]++;
                }
            }
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

    private static int LumaAt(PixelImage image, ReadOnlySpan<byte> bytes, int pixel) => image.Layout switch
    {
        // BT.601 weights in 1/256.
        PixelLayout.Bgra32 => ((29 * bytes[4 * pixel]) + (150 * bytes[(4 * pixel) + 1]) + (77 * bytes[(4 * pixel) + 2])) >> 8,
        PixelLayout.Rgb24 => ((77 * bytes[3 * pixel]) + (150 * bytes[(3 * pixel) + 1]) + (29 * bytes[(3 * pixel) + 2])) >> 8,
        PixelLayout.I420 when image.IsFullRange => bytes[pixel],
        // Video range, as the detector reads these layouts.
        _ => Math.Clamp((bytes[pixel] - 16) * 255 / 219, 0, 255),
    };

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
}
