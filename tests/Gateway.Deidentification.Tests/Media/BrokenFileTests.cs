using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Containers;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Media;

/// <summary>Whatever is wrong with a file, it comes back as an outcome: no exception, no half picture.</summary>
public sealed class BrokenFileTests
{
    private const int FlippedFiles = 2000;

    public static TheoryData<StillFormat> Formats => [.. Enum.GetValues<StillFormat>()];

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_cut_anywhere_is_refused(StillFormat format)
    {
        using var picture = TestPicture.Waves(64, 48);
        var file = TestFiles.Of(format, picture);

        for (var length = 0; length < file.Length; length++)
        {
            Assert.NotEqual(MediaOutcome.Decoded, TestFiles.OutcomeOf(file.AsSpan(0, length)));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_cut_in_the_middle_of_its_picture_is_called_truncated(StillFormat format)
    {
        using var picture = TestPicture.Waves(64, 48);
        var file = TestFiles.Of(format, picture);

        Assert.Equal(MediaOutcome.Truncated, TestFiles.OutcomeOf(file.AsSpan(0, file.Length * 3 / 4)));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_full_of_metadata_cut_anywhere_gives_an_outcome(StillFormat format)
    {
        var file = ContainerHygieneTests.WithEverything(format, orientation: 6);

        for (var length = 0; length < file.Length; length += 3)
        {
            Assert.True(Enum.IsDefined(TestFiles.OutcomeOf(file.AsSpan(0, length))));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_file_with_flipped_bytes_gives_an_outcome(StillFormat format)
    {
        var file = ContainerHygieneTests.WithEverything(format, orientation: 8);
        var generator = new SeededGenerator((ulong)format + 1);
        var outcomes = new Dictionary<MediaOutcome, int>();

        for (var round = 0; round < FlippedFiles; round++)
        {
            var damaged = file.ToArray();
            for (var flip = generator.Next(1, 4); flip > 0; flip--)
            {
                damaged[generator.Next(0, damaged.Length)] ^= (byte)generator.Next(1, 256);
            }

            var outcome = TestFiles.OutcomeOf(damaged);
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        // Both the parsers and the decoders behind them must have had their share of damage.
        Assert.True(outcomes.Count >= 3, string.Join(", ", outcomes));
        Assert.InRange(outcomes[MediaOutcome.Decoded], FlippedFiles / 20, FlippedFiles);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Random_bytes_after_a_right_beginning_are_refused(StillFormat format)
    {
        using var picture = TestPicture.Quarters(48, 32);
        var start = TestFiles.Of(format, picture).AsSpan(0, 12).ToArray();
        var generator = new SeededGenerator(77);

        for (var round = 0; round < 300; round++)
        {
            byte[] file = [.. start, .. generator.Bytes(generator.Next(0, 400))];
            Assert.NotEqual(MediaOutcome.Decoded, TestFiles.OutcomeOf(file));
        }
    }

    [Fact]
    public void Random_bytes_are_no_picture()
    {
        var generator = new SeededGenerator(78);
        for (var length = 1; length < 300; length++)
        {
            Assert.Equal(MediaOutcome.UnknownFormat, TestFiles.OutcomeOf([0x11, .. generator.Bytes(length)]));
        }
    }

    [Theory]
    [InlineData(4000, 4000)]
    [InlineData(49, 32)]
    [InlineData(48, 33)]
    public void A_png_whose_header_promises_more_than_its_data_holds_is_refused(uint width, uint height)
    {
        var row = new byte[48 * 3];
        var honest = PngFixture.File(48, 32, 8, 2, [.. Enumerable.Repeat(row, 32).SelectMany(bytes => bytes)]);
        var lie = honest.ToArray();
        PngFixture.Header(width, height, 8, 2).CopyTo(lie, 8);

        Assert.Equal(MediaOutcome.Decoded, TestFiles.OutcomeOf(honest));
        Assert.NotEqual(MediaOutcome.Decoded, TestFiles.OutcomeOf(lie));
    }

    [Fact]
    public void A_png_whose_data_is_damaged_is_refused()
    {
        using var picture = TestPicture.Waves(64, 48);
        var file = TestFiles.Png(picture);
        file[file.Length / 2] ^= 0x55;

        Assert.NotEqual(MediaOutcome.Decoded, TestFiles.OutcomeOf(file));
    }

    [Fact]
    public void A_jpeg_without_tables_is_refused()
    {
        using var picture = TestPicture.Quarters(48, 32);
        var file = TestFiles.Jpeg(picture);
        var tables = JpegFixture.Find(file, JpegMarker.Dqt);
        file[tables + 1] = 0xE9;

        Assert.NotEqual(MediaOutcome.Decoded, TestFiles.OutcomeOf(file));
    }

    [Fact]
    public void Bytes_between_segments_are_passed_over_and_not_copied()
    {
        using var picture = TestPicture.Quarters(48, 32);
        var file = TestFiles.Jpeg(picture);
        byte[] padded = [.. file[..20], .. Planted.Text("gap"), .. file[20..]];

        using var decoded = TestFiles.Decoded(padded);

        Assert.False(Planted.IsIn(TestFiles.Codec.Encode(decoded.Image!, decoded.Traits!)));
    }
}
