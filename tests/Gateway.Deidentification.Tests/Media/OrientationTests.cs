using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Containers;

namespace Gateway.Deidentification.Tests.Media;

public sealed class OrientationTests
{
    private const int Width = 48;
    private const int Height = 32;

    /// <summary>Which stored quarter (0 top left, 1 top right, 2 bottom left, 3 bottom right) is seen at each place, by orientation.</summary>
    private static readonly int[][] SeenQuarters =
    [
        [0, 1, 2, 3],
        [1, 0, 3, 2],
        [3, 2, 1, 0],
        [2, 3, 0, 1],
        [0, 2, 1, 3],
        [2, 0, 3, 1],
        [3, 1, 2, 0],
        [1, 3, 0, 2],
    ];

    public static TheoryData<StillFormat, int> Cases =>
        new(Enum.GetValues<StillFormat>().SelectMany(format => Enumerable.Range(1, 8).Select(orientation => (format, orientation))));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Orientation_is_baked_into_the_pixels(StillFormat format, int orientation)
    {
        var file = ContainerHygieneTests.WithEverything(format, orientation);

        using var upright = TestFiles.Decoded(file);

        var image = upright.Image!;
        Assert.Equal(orientation >= 5 ? (Height, Width) : (Width, Height), (image.Width, image.Height));
        for (var place = 0; place < 4; place++)
        {
            var x = (place % 2 * image.Width / 2) + (image.Width / 4);
            var y = (place / 2 * image.Height / 2) + (image.Height / 4);
            AssertNear(TestPicture.QuarterColours[SeenQuarters[orientation - 1][place]], TestPicture.PixelAt(image, x, y));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_was_turned_stays_turned_after_encoding(StillFormat format, int orientation)
    {
        using var upright = TestFiles.Decoded(ContainerHygieneTests.WithEverything(format, orientation));

        using var again = TestFiles.Decoded(TestFiles.Codec.Encode(upright.Image!, upright.Traits!));

        Assert.Equal((upright.Image!.Width, upright.Image.Height), (again.Image!.Width, again.Image.Height));
        AssertNear(TestPicture.PixelAt(upright.Image, 4, 4), TestPicture.PixelAt(again.Image, 4, 4));
    }

    [Fact]
    public void Every_pixel_is_where_it_belongs_in_a_picture_of_odd_size()
    {
        const int width = 71, height = 45;
        using var stored = TestPicture.Noise(width, height, seed: 9);
        var file = PngFixture.With(TestFiles.Png(stored), PngFixture.Chunk("eXIf"u8, ExifFixture.Plain(6)));

        using var upright = TestFiles.Decoded(file);

        // Turned clockwise: what is stored at the bottom left is seen at the top left.
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                Assert.Equal(TestPicture.PixelAt(stored, x, y), TestPicture.PixelAt(upright.Image!, height - 1 - y, x));
            }
        }
    }

    [Fact]
    public void Orientation_is_read_in_both_byte_orders_with_and_without_the_prefix()
    {
        foreach (var orientation in Enum.GetValues<Orientation>())
        {
            var big = ExifFixture.Tiff((int)orientation, []);
            var little = ExifFixture.Tiff((int)orientation, [], littleEndian: true);

            Assert.Equal(orientation, ExifOrientation.Read(big));
            Assert.Equal(orientation, ExifOrientation.Read(little));
            Assert.Equal(orientation, ExifOrientation.Read([.. "Exif\0\0"u8, .. big]));
        }
    }

    [Fact]
    public void A_malformed_EXIF_block_is_upright_and_throws_nothing()
    {
        var whole = ExifFixture.Plain(6);
        for (var length = 0; length < whole.Length - 8; length++)
        {
            Assert.Equal(Orientation.TopLeft, ExifOrientation.Read(whole.AsSpan(0, length)));
        }

        Assert.Equal(Orientation.TopLeft, ExifOrientation.Read(ExifFixture.Plain(0)));
        Assert.Equal(Orientation.TopLeft, ExifOrientation.Read(ExifFixture.Plain(9)));
        Assert.Equal(Orientation.TopLeft, ExifOrientation.Read([.. "MM\0*"u8, 0xFF, 0xFF, 0xFF, 0xFF, .. whole[8..]]));
        Assert.Equal(Orientation.TopLeft, ExifOrientation.Read([.. whole[..8], 0xFF, 0xFF, 1, 0x13, .. whole[12..]]));
    }

    [Fact]
    public void The_first_of_two_EXIF_segments_counts()
    {
        using var picture = TestPicture.Quarters(Width, Height);
        var file = JpegFixture.With(
            TestFiles.Jpeg(picture), JpegFixture.Exif(ExifFixture.Plain(1)), JpegFixture.Exif(ExifFixture.Plain(6)));

        using var decoded = TestFiles.Decoded(file);

        Assert.Equal(Width, decoded.Image!.Width);
    }

    private static void AssertNear(byte[] expected, byte[] actual)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.InRange(actual[i], expected[i] - 4, expected[i] + 4);
        }
    }
}
