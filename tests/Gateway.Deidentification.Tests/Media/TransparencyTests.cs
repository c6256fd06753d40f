using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Tests.Media;

public sealed class TransparencyTests
{
    [Fact]
    public void What_only_alpha_draws_is_seen_in_front_of_another_gray()
    {
        using var image = PixelImage.CopyOf(PixelLayout.Bgra32, 2, 1, [0, 0, 0, 255, 0, 0, 0, 51]);

        using var seen = Transparency.Before(image, gray: 255);

        Assert.True(Transparency.IsUsed(image));
        Assert.False(Transparency.IsUsed(seen));
        Assert.Equal([0, 0, 0, 255], TestPicture.PixelAt(seen, 0, 0));
        Assert.Equal([204, 204, 204, 255], TestPicture.PixelAt(seen, 1, 0));
    }
}
