using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Containers;
using Gateway.Deidentification.Media.Jpeg;

namespace Gateway.Deidentification.Tests.Media.Jpeg;

/// <summary>What is written is what was read, but for the MCUs that were replaced.</summary>
public sealed class JpegSplicingTests
{
    private const byte Gray = 90;

    public static TheoryData<JpegSpec> Specs => [.. JpegSpec.All];

    [Theory]
    [MemberData(nameof(Specs))]
    public void A_file_in_which_nothing_is_replaced_keeps_its_coded_data_to_the_bit(JpegSpec spec)
    {
        var file = new MadeJpeg(spec).ToFile();
        using var image = ReadBlocks.Opened(file);

        var written = image.Jpeg!.Write().ToArray();

        Assert.True(ScanOf(file).SequenceEqual(ScanOf(written)));
        using var seen = SkiaOracle.Bgra(written);
        using var expected = SkiaOracle.Bgra(file);
        Assert.True(expected.Bytes.SequenceEqual(seen.Bytes));
    }

    [Theory]
    [InlineData(ChromaSampling.Full)]
    [InlineData(ChromaSampling.Half)]
    [InlineData(ChromaSampling.Quarter)]
    public void A_file_of_libjpeg_in_which_nothing_is_replaced_comes_out_as_it_went_in(ChromaSampling chroma)
    {
        using var picture = TestPicture.Waves(203, 151);
        var file = TestFiles.Jpeg(picture, chroma: chroma);
        using var image = ReadBlocks.Opened(file);

        Assert.Equal(file, image.Jpeg!.Write().ToArray());
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void Coefficients_of_every_other_block_stay_as_they_were(JpegSpec spec)
    {
        var made = new MadeJpeg(spec);
        foreach (var keepsTables in new[] { true, false })
        {
            var (written, dirty) = Replaced(made.ToFile(), keepsTables, new PixelRect(32, 32, 64, 64), new PixelRect(96, 0, 112, 48), new PixelRect(0, 80, 500, 96));

            var blocks = ReadBlocks.Of(written);

            Assert.Equal(made.Blocks.Count, blocks.Count);
            for (var i = 0; i < blocks.Count; i++)
            {
                if (!dirty.Contains(i / made.BlocksOfMcu))
                {
                    Assert.Equal(made.Blocks[i], blocks[i]);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void Replaced_blocks_show_what_was_put_there(JpegSpec spec)
    {
        var (written, _) = Replaced(new MadeJpeg(spec).ToFile(), keepsTables: true, new PixelRect(32, 32, 64, 64));

        using var seen = SkiaOracle.Bgra(written);

        // Colour at the edge of a replaced MCU is smoothed over to its neighbours by decoders; its middle is not.
        for (var y = 40; y < 56; y++)
        {
            for (var x = 40; x < 56; x++)
            {
                Assert.All(TestPicture.PixelAt(seen, x, y)[..3], value => Assert.InRange(value, Gray - 3, Gray + 3));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void Everything_replaced_is_everything_gone(JpegSpec spec)
    {
        var everything = new PixelRect(0, 0, spec.Width, spec.Height);
        var (first, _) = Replaced(new MadeJpeg(spec, seed: 1).ToFile(), keepsTables: false, everything);
        var (second, _) = Replaced(new MadeJpeg(spec, seed: 2).ToFile(), keepsTables: false, everything);

        Assert.Equal(first, second);
    }

    [Fact]
    public void Tables_without_a_code_for_a_new_coefficient_are_replaced_by_those_of_the_standard()
    {
        var spec = JpegSpec.All.First(spec => spec.Tables == TableKind.Tight);
        var made = new MadeJpeg(spec);
        using var image = ReadBlocks.Opened(made.ToFile());
        image.Complete();
        new Gateway.TestKit.SeededGenerator(3).Fill(image.Bytes[..(image.Width * 48)]);
        image.Jpeg!.Dirty.Add(new PixelRect(0, 0, image.Width, 48));

        var written = new JpegSplicer().Write(image.Jpeg, image, image.Jpeg.Dirty, keepsTables: true).ToArray();

        var untouched = 48 / 8 * spec.McuColumns * made.BlocksOfMcu;
        Assert.Equal(made.Blocks.Skip(untouched), ReadBlocks.Of(written).Skip(untouched));
        using var seen = SkiaOracle.Bgra(written);
        Assert.False(IsMade(written, StandardTables.LumaAc, made));
    }

    [Fact]
    public void Only_what_was_understood_is_written()
    {
        var spec = JpegSpec.All.First(spec => spec.Name == "4:2:0");
        var secret = Planted.Text("planted")[..^1];
        byte[] quantNobodyUses = [3, .. secret, .. Enumerable.Repeat((byte)9, 64 - secret.Length)];
        byte[] huffmanNobodyUses = [0x13, (byte)0, 0, 0, 0, 0, 0, 1, .. new byte[9], 0x01];
        var file = new MadeJpeg(spec).ToFile(
            JpegFixture.Exif(ExifFixture.Tiff(1, secret)),
            JpegFixture.Segment(JpegMarker.App1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. secret]),
            JpegFixture.Segment(JpegMarker.App2, [.. "MPF\0"u8, .. secret]),
            JpegFixture.Segment(0xED, secret),
            JpegFixture.Segment(0xFE, secret),
            JpegFixture.Segment(JpegMarker.App0, [.. "JFIF\0"u8, 1, 2, 0, 0, 1, 0, 1, 4, 4, .. secret]),
            JpegFixture.Segment(JpegMarker.Dqt, quantNobodyUses),
            JpegFixture.Segment(JpegMarker.Dht, huffmanNobodyUses));
        byte[] followed = [.. file, .. secret, .. file];
        using var image = ReadBlocks.Opened(followed);

        var written = image.Jpeg!.Write().ToArray();

        Assert.False(Planted.IsIn(written));
        Assert.Equal(new MadeJpeg(spec).Blocks, ReadBlocks.Of(written));
        Assert.Equal(written.Length - 2, written.AsSpan().LastIndexOf([(byte)0xFF, JpegMarker.Eoi]));
    }

    /// <summary>Replaces rectangles by gray and writes.</summary>
    private static (byte[] File, McuSet Dirty) Replaced(byte[] file, bool keepsTables, params PixelRect[] areas)
    {
        using var image = ReadBlocks.Opened(file);
        var picture = image.Jpeg!;
        image.Complete();
        var dirty = new McuSet();
        dirty.Begin(picture.Layout);
        foreach (var area in areas)
        {
            dirty.Add(area);
        }

        FillTouched(image, picture.Layout, dirty);
        return (new JpegSplicer().Write(picture, image, dirty, keepsTables).ToArray(), dirty);
    }

    private static void FillTouched(PixelImage image, JpegLayout layout, McuSet dirty)
    {
        for (var mcu = 0; mcu < layout.McuCount; mcu++)
        {
            if (!dirty.Contains(mcu))
            {
                continue;
            }

            int left = mcu % layout.McuColumns * layout.McuWidth, top = mcu / layout.McuColumns * layout.McuHeight;
            for (var index = 0; index < 3; index++)
            {
                var shift = index == 0 ? 0 : 1;
                var plane = PlaneSpan.Of(image, index);
                for (var y = top >> shift; y < Math.Min((top + layout.McuHeight) >> shift, plane.Height); y++)
                {
                    var right = Math.Min((left + layout.McuWidth) >> shift, plane.Width);
                    plane.From(0, y)[(left >> shift)..right].Fill(index == 0 ? Gray : (byte)128);
                }
            }
        }
    }

    private static ReadOnlySpan<byte> ScanOf(byte[] file)
    {
        var segments = new JpegSegments(file);
        while (segments.Read())
        {
            if (segments.Marker == JpegMarker.Sos)
            {
                return segments.Entropy;
            }
        }

        return default;
    }

    private static bool IsMade(byte[] written, HuffmanTable standard, MadeJpeg made) =>
        written.AsSpan().IndexOf(standard.Symbols) < 0 || made.Blocks.Count == 0;
}
