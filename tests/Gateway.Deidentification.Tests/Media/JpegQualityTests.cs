using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Containers;

namespace Gateway.Deidentification.Tests.Media;

public sealed class JpegQualityTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(49)]
    [InlineData(50)]
    [InlineData(75)]
    [InlineData(85)]
    [InlineData(95)]
    [InlineData(100)]
    public void The_quality_of_a_usual_encoder_is_recognised(int quality)
    {
        using var picture = TestPicture.Waves(64, 48);

        using var decoded = TestFiles.Decoded(TestFiles.Jpeg(picture, quality));

        Assert.Equal(quality, decoded.Traits!.JpegQuality);
    }

    [Fact]
    public void A_single_finer_step_raises_the_quality_so_that_no_step_of_ours_is_coarser()
    {
        using var picture = TestPicture.Waves(64, 48);
        var file = TestFiles.Jpeg(picture, quality: 60);
        var table = JpegFixture.Find(file, JpegMarker.Dqt) + 5;
        file[table + 30] = 4;

        using var decoded = TestFiles.Decoded(file);
        var output = TestFiles.Codec.Encode(decoded.Image!, decoded.Traits!);

        var ours = output.AsSpan(JpegFixture.Find(output, JpegMarker.Dqt) + 5, 64);
        for (var i = 0; i < 64; i++)
        {
            Assert.InRange(ours[i], 1, file[table + i]);
        }
    }

    [Theory]
    [InlineData(ChromaSampling.Full)]
    [InlineData(ChromaSampling.Half)]
    [InlineData(ChromaSampling.Quarter)]
    public void Colour_is_sampled_as_finely_as_in_the_source(ChromaSampling chroma)
    {
        using var picture = TestPicture.Waves(64, 48);

        using var decoded = TestFiles.Decoded(TestFiles.Jpeg(picture, 90, chroma));
        using var again = TestFiles.Decoded(TestFiles.Codec.Encode(decoded.Image!, decoded.Traits!));

        Assert.Equal(chroma, again.Traits!.Chroma);
    }

    [Fact]
    public void A_gray_jpeg_stays_gray()
    {
        using var decoded = TestFiles.Decoded(FlatJpeg.File(40, 24, [77]));

        using var again = TestFiles.Decoded(TestFiles.Codec.Encode(decoded.Image!, decoded.Traits!));

        Assert.True(again.Traits!.IsGray);
        Assert.Equal([77, 77, 77, 255], TestPicture.PixelAt(again.Image!, 20, 12));
    }

    [Fact]
    public void Coding_a_second_time_changes_little()
    {
        using var first = TestFiles.Decoded(TestFiles.Jpeg(TestPicture.Waves(160, 120), 85, ChromaSampling.Quarter));

        using var second = TestFiles.Decoded(TestFiles.Codec.Encode(first.Image!, first.Traits!));

        Assert.InRange(MeanDifference(first.Image!, second.Image!), 0, 1.0);
    }

    internal static double MeanDifference(PixelImage a, PixelImage b)
    {
        long sum = 0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += Math.Abs(a.Bytes[i] - b.Bytes[i]);
        }

        return (double)sum / a.Length;
    }
}
