using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Redaction;
using Gateway.Deidentification.Tests.Media;

namespace Gateway.Deidentification.Tests.Redaction;

/// <summary>Solid, mosaic and blur, and who may have them.</summary>
public sealed class WeakerTechniquesTests
{
    public static TheoryData<PixelLayout> Layouts => [.. Enum.GetValues<PixelLayout>()];

    [Fact]
    public void Blur_is_refused_unless_weakness_was_asked_for()
    {
        Assert.False(MaskFillers.TryCreate(RedactionTechnique.Blur, allowWeak: false, out _));
        Assert.True(MaskFillers.TryCreate(RedactionTechnique.Blur, allowWeak: true, out _));
    }

    [Fact]
    public void Each_technique_states_its_strength()
    {
        Assert.Equal(StrengthClass.Irreversible, MaskFillers.StrengthOf(RedactionTechnique.OutsideFill));
        Assert.Equal(StrengthClass.Irreversible, MaskFillers.StrengthOf(RedactionTechnique.Solid));
        Assert.Equal(StrengthClass.Irreversible, MaskFillers.StrengthOf(RedactionTechnique.Silhouette));
        Assert.Equal(StrengthClass.BoundedLeak, MaskFillers.StrengthOf(RedactionTechnique.Mosaic));
        Assert.Equal(StrengthClass.Cosmetic, MaskFillers.StrengthOf(RedactionTechnique.Blur));
        Assert.All(Enum.GetValues<RedactionTechnique>(), technique => Assert.Equal(technique, Frames.Filler(technique).Technique));
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Solid_is_one_dark_gray(PixelLayout layout)
    {
        using var image = TestPicture.Noise(127, 95, seed: 1, layout: layout);
        var mask = new MaskMap(127, 95);
        mask.Add(new RegionBox(40, 40, 60, 60));

        new SolidFill().Fill(image, mask, [], default);

        using var gray = Frames.Gray(layout, 127, 95, luma: 64);
        for (var i = 0; i < image.Length; i++)
        {
            var expected = layout == PixelLayout.Bgra32 && i % 4 == 3 ? 255 : gray.Bytes[i];
            Assert.True(image.Bytes[i] == expected || !Frames.IsMaskedByte(image, mask, i));
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_frame_that_failed_is_one_flat_gray_in_every_byte(PixelLayout layout)
    {
        using var image = TestPicture.Noise(33, 17, seed: 1, layout: layout);

        WholeFrame.Fill(image);

        using var gray = Frames.Gray(layout, 33, 17, luma: 64);
        for (var i = 0; i < image.Length; i++)
        {
            Assert.Equal(layout == PixelLayout.Bgra32 && i % 4 == 3 ? 255 : gray.Bytes[i], image.Bytes[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_mosaic_has_sixty_four_colours_of_sixteen_levels_at_most(PixelLayout layout)
    {
        using var image = TestPicture.Noise(1280, 720, seed: 3, layout: layout);
        var mask = new MaskMap(1280, 720);
        var region = new MaskedRegion(mask.Add(new RegionBox(400, 200, 320, 300)));

        new MosaicFill().Fill(image, mask, [region], default);

        var colours = new HashSet<int>();
        var channels = ImageChannels.Of(image);
        for (var y = region.Mask.Top; y < region.Mask.Bottom; y++)
        {
            for (var x = region.Mask.Left; x < region.Mask.Right; x++)
            {
                if (mask.IsMasked(x, y))
                {
                    colours.Add(Level(image, channels.First, x, y) | (Level(image, channels.Second, x, y) << 4) | (Level(image, channels.Third, x, y) << 8));
                }
            }
        }

        Assert.InRange(colours.Count, 2, 64);
    }

    [Fact]
    public void A_track_shows_the_cells_of_its_first_frame_in_every_frame()
    {
        var track = new MosaicSnapshot();
        using var first = TestPicture.Noise(640, 480, seed: 1);
        using var second = TestPicture.Waves(640, 480);
        var mask = new MaskMap(640, 480);
        var region = new MaskedRegion(mask.Add(new RegionBox(200, 150, 100, 120)), track);

        new MosaicFill().Fill(first, mask, [region], default);
        new MosaicFill().Fill(second, mask, [region], default);

        for (var i = 0; i < first.Length; i++)
        {
            Assert.True(first.Bytes[i] == second.Bytes[i] || !Frames.IsMaskedByte(first, mask, i));
        }
    }

    [Fact]
    public void The_cells_of_a_track_are_stretched_to_its_mask()
    {
        var track = new MosaicSnapshot();
        using var near = TestPicture.Quarters(640, 480);
        using var far = TestPicture.Noise(640, 480, seed: 2);
        var nearMask = new MaskMap(640, 480);
        var farMask = new MaskMap(640, 480);
        var nearRegion = new MaskedRegion(nearMask.Add(new RegionBox(220, 160, 200, 160)), track);
        var farRegion = new MaskedRegion(farMask.Add(new RegionBox(30, 30, 40, 40)), track);

        new MosaicFill().Fill(near, nearMask, [nearRegion], default);
        new MosaicFill().Fill(far, farMask, [farRegion], default);

        Assert.Equal(Center(near, nearRegion.Mask, 0.3f), Center(far, farRegion.Mask, 0.3f));
        Assert.Equal(Center(near, nearRegion.Mask, 0.7f), Center(far, farRegion.Mask, 0.7f));
        Assert.NotEqual(Center(far, farRegion.Mask, 0.3f), Center(far, farRegion.Mask, 0.7f));
    }

    [Fact]
    public void A_masked_block_that_belongs_to_no_region_is_flat()
    {
        using var image = TestPicture.Noise(160, 160, seed: 2);
        var mask = new MaskMap(160, 160);
        mask.Add(new RegionBox(60, 60, 40, 40));

        foreach (var technique in new[] { RedactionTechnique.Mosaic, RedactionTechnique.Blur })
        {
            using var filled = image.Copy();
            Frames.Filler(technique).Fill(filled, mask, [], default);
            Assert.Equal([64, 64, 64, 255], TestPicture.PixelAt(filled, 80, 80));
        }
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Blur_leaves_no_detail_smaller_than_a_tenth_of_the_mask(PixelLayout layout)
    {
        using var image = TestPicture.Noise(640, 480, seed: 5, layout: layout);
        var mask = new MaskMap(640, 480);
        var region = new MaskedRegion(mask.Add(new RegionBox(200, 150, 160, 160)));

        new BlurFill().Fill(image, mask, [region], default);

        var channel = ImageChannels.Of(image).First;
        for (var y = region.Mask.Top; y < region.Mask.Bottom; y++)
        {
            for (var x = region.Mask.Left + 1; x < region.Mask.Right; x++)
            {
                if (mask.IsMasked(x, y) && mask.IsMasked(x - 1, y))
                {
                    Assert.InRange(Sample(image, channel, x, y) - Sample(image, channel, x - 1, y), -2, 2);
                }
            }
        }
    }

    private static int Sample(PixelImage image, in ImageChannel channel, int x, int y) =>
        image.Bytes[channel.Offset + ((y >> channel.Shift) * channel.Stride) + ((x >> channel.Shift) * channel.Step)];

    private static int Level(PixelImage image, in ImageChannel channel, int x, int y)
    {
        var sample = Sample(image, channel, x, y);
        Assert.Equal(0, sample % 17);
        return sample / 17;
    }

    private static byte[] Center(PixelImage image, PixelRect mask, float share) =>
        TestPicture.PixelAt(image, mask.Left + (int)(mask.Width * share), mask.Top + (mask.Height / 2));
}
