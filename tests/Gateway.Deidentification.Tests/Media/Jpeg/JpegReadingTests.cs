using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Jpeg;

namespace Gateway.Deidentification.Tests.Media.Jpeg;

/// <summary>What is read from a file is what is in it: coefficients as they were written, samples as libjpeg-turbo has them.</summary>
public sealed class JpegReadingTests
{
    public static TheoryData<JpegSpec> Specs => [.. JpegSpec.All];

    [Theory]
    [MemberData(nameof(Specs))]
    public void Coefficients_are_read_as_they_were_written(JpegSpec spec)
    {
        var made = new MadeJpeg(spec);

        var read = ReadBlocks.Of(made.ToFile());

        Assert.Equal(made.Blocks, read);
    }

    [Theory]
    [InlineData(136, 104, 8)]
    [InlineData(131, 97, 1)]
    [InlineData(7, 5, 16)]
    [InlineData(8, 333, 12)]
    public void Gray_samples_are_those_of_libjpeg_to_one_level(int width, int height, int step)
    {
        var file = new MadeJpeg(new JpegSpec("gray", width, height, 0x11) { Step = step }).ToFile();
        using var image = ReadBlocks.Opened(file);

        image.Complete();

        var expected = SkiaOracle.Gray(file);
        Assert.Equal(0, DifferencesAbove(expected, image.Bytes[..expected.Length], 1));
        Assert.All(image.Bytes[expected.Length..].ToArray(), chroma => Assert.Equal(128, chroma));
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void A_picture_looks_as_libjpeg_shows_it(JpegSpec spec)
    {
        var file = new MadeJpeg(spec).ToFile();
        using var expected = SkiaOracle.Bgra(file);
        using var image = ReadBlocks.Opened(file);

        image.Complete();

        // Brightness is exact to rounding; libjpeg smooths colour between samples, we repeat it.
        Assert.InRange(MeanLumaDifference(expected, image, 1), 0, 1.2);
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void The_half_picture_is_the_picture_at_half_its_size(JpegSpec spec)
    {
        using var image = ReadBlocks.Opened(new MadeJpeg(spec).ToFile());
        var half = image.Jpeg!.Half;
        image.Complete();

        using var averaged = PixelImage.CreateFullRange(half.Width, half.Height);
        for (var plane = 0; plane < 3; plane++)
        {
            var target = PlaneSpan.Of(averaged, plane);
            HalfSize.Average(PlaneSpan.Of(image, plane), target, new PixelRect(0, 0, target.Width, target.Height));
        }

        // These blocks have frequencies of the whole range at random; of a photograph the difference is below one level.
        Assert.InRange(MeanDifference(averaged.Bytes, half.Bytes), 0, 4);
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void Parts_decoded_one_by_one_are_the_whole(JpegSpec spec)
    {
        var file = new MadeJpeg(spec).ToFile();
        using var whole = ReadBlocks.Opened(file);
        whole.Complete();
        using var parts = ReadBlocks.Opened(file);

        parts.Jpeg!.Decode(new PixelRect(40, 33, 90, 70));
        parts.Jpeg.Decode(new PixelRect(-20, -20, 50, 50));
        parts.Jpeg.Decode(new PixelRect(80, 60, 500, 500));
        parts.Complete();

        Assert.True(whole.Bytes.SequenceEqual(parts.Bytes));
    }

    [Theory]
    [InlineData(ChromaSampling.Full)]
    [InlineData(ChromaSampling.Half)]
    [InlineData(ChromaSampling.Quarter)]
    public void Files_of_another_encoder_are_opened(ChromaSampling chroma)
    {
        using var picture = TestPicture.Waves(203, 151);
        var file = TestFiles.Jpeg(picture, chroma: chroma);
        using var expected = SkiaOracle.Bgra(file);
        using var image = ReadBlocks.Opened(file);

        image.Complete();

        Assert.InRange(MeanLumaDifference(expected, image, 1), 0, 1.2);
    }

    [Fact]
    public void Coefficients_stay_within_their_block_whatever_the_transform_is_asked()
    {
        var generator = new Gateway.TestKit.SeededGenerator(5);
        var quant = new QuantTable();
        Assert.True(quant.TrySet(Enumerable.Repeat((byte)1, 64).ToArray(), isWide: false));
        Span<byte> samples = stackalloc byte[64];
        Span<byte> back = stackalloc byte[64];
        Span<short> block = stackalloc short[64];
        for (var round = 0; round < 500; round++)
        {
            generator.Fill(samples);

            ForwardDct8.Transform(samples, quant.Forward8, block);
            InverseDct8.Transform(block, quant.Inverse8, back, 8);

            for (var i = 0; i < 64; i++)
            {
                Assert.InRange(back[i] - samples[i], -2, 2);
            }
        }
    }

    [Fact]
    public void Both_transpositions_are_the_same()
    {
        if (!System.Runtime.Intrinsics.X86.Avx.IsSupported)
        {
            Assert.Skip("needs AVX");
        }

        var fast = Numbered();
        var portable = Numbered();

        Transposition.TransposeAvx(ref fast);
        Transposition.TransposePortable(ref portable);

        Assert.True(fast.A == portable.A && fast.B == portable.B && fast.C == portable.C && fast.D == portable.D);
        Assert.True(fast.E == portable.E && fast.F == portable.F && fast.G == portable.G && fast.H == portable.H);
        Assert.Equal(8, fast.A[1]);
    }

    private static Rows8 Numbered()
    {
        var first = System.Runtime.Intrinsics.Vector256.Create(0f, 1, 2, 3, 4, 5, 6, 7);
        var eight = System.Runtime.Intrinsics.Vector256.Create(8f);
        return new Rows8
        {
            A = first,
            B = first + eight,
            C = first + (eight * 2),
            D = first + (eight * 3),
            E = first + (eight * 4),
            F = first + (eight * 5),
            G = first + (eight * 6),
            H = first + (eight * 7),
        };
    }

    private static int DifferencesAbove(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, int level)
    {
        var count = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            count += Math.Abs(expected[i] - actual[i]) > level ? 1 : 0;
        }

        return count;
    }

    private static double MeanDifference(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        var sum = 0L;
        for (var i = 0; i < expected.Length; i++)
        {
            sum += Math.Abs(expected[i] - actual[i]);
        }

        return (double)sum / expected.Length;
    }

    /// <summary>Compares where conversion to BGRA did not cut anything off.</summary>
    private static double MeanLumaDifference(PixelImage bgra, PixelImage planes, int margin)
    {
        var (sum, count) = (0d, 0);
        for (var i = 0; i < bgra.Width * bgra.Height; i++)
        {
            var pixel = bgra.Bytes.Slice(4 * i, 3);
            if (pixel.ContainsAnyExceptInRange((byte)margin, (byte)(255 - margin)))
            {
                continue;
            }

            sum += Math.Abs((0.114 * pixel[0]) + (0.587 * pixel[1]) + (0.299 * pixel[2]) - planes.Bytes[i]);
            count++;
        }

        return sum / Math.Max(1, count);
    }
}
