using Gateway.Deidentification.Media;
using Gateway.Deidentification.Media.Containers;
using Gateway.Deidentification.Media.Jpeg;

namespace Gateway.Deidentification.Tests.Media.Jpeg;

/// <summary>What is written is what was read, but for the MCUs that were replaced.</summary>
public sealed class JpegSplicingTests
{
    private const byte Gray = 90;

    public static TheoryData<JpegSpec> Specs => [.. JpegSpec.All];

    public static TheoryData<JpegSpec> WholeSpecs => [.. JpegSpec.All.Where(spec => !HasBorder(spec))];

    public static TheoryData<JpegSpec> BorderSpecs => [.. JpegSpec.All.Where(HasBorder)];

    [Theory]
    [MemberData(nameof(WholeSpecs))]
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
        using var picture = TestPicture.Waves(208, 160);
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
            var within = ReadBlocks.Within(written);

            Assert.Equal(made.Blocks.Count, blocks.Count);
            for (var i = 0; i < blocks.Count; i++)
            {
                if (!dirty.Contains(i / made.BlocksOfMcu) && within[i] is (8, 8))
                {
                    Assert.Equal(made.Blocks[i], blocks[i]);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(BorderSpecs))]
    public void Blocks_beyond_the_border_influence_nothing(JpegSpec spec)
    {
        var (made, other) = (new MadeJpeg(spec, seed: 1), new MadeJpeg(spec, seed: 1));
        var within = ReadBlocks.Within(made.ToFile());
        other.TakeBlocks(new MadeJpeg(spec, seed: 2), block => within[block] is (0, _) or (_, 0));

        // The tables of a file tell of the whole file; a mask somewhere makes those of the standard take their place.
        var (first, _) = Replaced(made.ToFile(), keepsTables: false, new PixelRect(0, 0, 32, 32));
        var (second, _) = Replaced(other.ToFile(), keepsTables: false, new PixelRect(0, 0, 32, 32));

        Assert.Equal(first, second);
    }

    [Theory]
    [MemberData(nameof(BorderSpecs))]
    public void Samples_beyond_the_border_repeat_the_last_ones_within(JpegSpec spec)
    {
        var file = new MadeJpeg(spec).ToFile();
        using var image = ReadBlocks.Opened(file);

        var written = image.Jpeg!.Write().ToArray();

        // One step of a coefficient is what coding may add to a sample on average. Of a picture of whole blocks some lie beyond it, but none on its border.
        var isCut = spec.Width % 8 != 0 || spec.Height % 8 != 0;
        Assert.True(!isCut || ReadBlocks.RoughnessBeyond(written) < spec.Step);
        Assert.True(!isCut || ReadBlocks.RoughnessBeyond(file) > 1.5 * ReadBlocks.RoughnessBeyond(written));
        using var seen = SkiaOracle.Bgra(written);
        using var expected = SkiaOracle.Bgra(file);
        Assert.InRange(MeanDifference(expected, seen), 0, 1.5);
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
        var (blocks, within) = (ReadBlocks.Of(written), ReadBlocks.Within(written));
        Assert.All(Enumerable.Range(untouched, blocks.Count - untouched).Where(i => within[i] is (8, 8)), i => Assert.Equal(made.Blocks[i], blocks[i]));
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

    private static bool HasBorder(JpegSpec spec)
    {
        using var image = ReadBlocks.Opened(new MadeJpeg(spec).ToFile());
        var layout = image.Jpeg!.Layout;
        return layout.Width % layout.McuWidth != 0 || layout.Height % layout.McuHeight != 0;
    }

    private static double MeanDifference(PixelImage expected, PixelImage seen)
    {
        var sum = 0L;
        for (var i = 0; i < expected.Bytes.Length; i++)
        {
            sum += Math.Abs(expected.Bytes[i] - seen.Bytes[i]);
        }

        return (double)sum / expected.Bytes.Length;
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
