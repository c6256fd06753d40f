using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Detection;

/// <summary>How bright the pixels of an image are, in 256 steps of full range, from an even sample of at most some 16,000 pixels.</summary>
internal sealed class LumaHistogram
{
    private const int SamplesAcross = 128;

    private readonly int[] _counts = new int[256];

    public double Mean { get; private set; }

    public double StandardDeviation { get; private set; }

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
        var stepX = Math.Max(1, image.Width / SamplesAcross);
        var stepY = Math.Max(1, image.Height / SamplesAcross);
        var bytes = image.Bytes;
        for (var y = stepY / 2; y < image.Height; y += stepY)
        {
            for (var x = stepX / 2; x < image.Width; x += stepX)
            {
                _counts[LumaAt(image, bytes, (y * image.Width) + x)]++;
            }
        }

        Summarize();
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
