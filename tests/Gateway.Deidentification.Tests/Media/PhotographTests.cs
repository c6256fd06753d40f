using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Media;

/// <summary>Real files, where they are at hand.</summary>
public sealed class PhotographTests
{
    [Theory]
    [InlineData("photos/photo-001.jpg", 800, 516)]
    [InlineData("photos/photo-018.jpg", 1600, 1200)]
    [InlineData("photos/photo-104.jpg", 1000, 664)]
    [InlineData("photos/photo-109.jpg", 667, 1000)]
    [InlineData("photos/photo-114.jpg", 496, 245)]
    public void A_photograph_is_decoded_and_encoded_again_almost_unchanged(string file, int width, int height)
    {
        using var first = TestFiles.Decoded(File.ReadAllBytes(SharedMedia.Require(file)));

        using var second = TestFiles.Decoded(TestFiles.Codec.Encode(first.Image!, first.Traits!));

        Assert.Equal((width, height), (first.Image!.Width, first.Image.Height));
        Assert.InRange(JpegQualityTests.MeanDifference(first.Image, second.Image!), 0, 1.5);
    }
}
