using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Redaction;
using Gateway.Deidentification.Tests.Media;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Redaction;

/// <summary>
/// The property everything rests on: what is inside a mask influences no output byte, and what is outside is not touched. Frames are random
/// bytes, so that any leak shows.
/// </summary>
public sealed class OutsideInTests
{
    private static readonly (int Width, int Height)[] Sizes =
        [(16, 16), (17, 33), (33, 17), (1, 40), (40, 1), (64, 48), (31, 31), (127, 95), (200, 150)];

    public static TheoryData<PixelLayout, RedactionTechnique> Irreversible => new(
        from layout in Enum.GetValues<PixelLayout>()
        from technique in Enum.GetValues<RedactionTechnique>()
        where MaskFillers.StrengthOf(technique) == StrengthClass.Irreversible
        select (layout, technique));

    public static TheoryData<PixelLayout, RedactionTechnique> All => new(
        from layout in Enum.GetValues<PixelLayout>() from technique in Enum.GetValues<RedactionTechnique>() select (layout, technique));

    [Theory]
    [MemberData(nameof(Irreversible))]
    public void Frames_that_differ_inside_masks_only_come_out_bit_identical(PixelLayout layout, RedactionTechnique technique)
    {
        var generator = new SeededGenerator(((ulong)layout * 16) + (ulong)technique);
        foreach (var (width, height) in Sizes)
        {
            for (var round = 0; round < 12; round++)
            {
                AssertInteriorHasNoInfluence(layout, technique, width, height, generator);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Irreversible))]
    public void So_do_frames_of_full_size(PixelLayout layout, RedactionTechnique technique) =>
        AssertInteriorHasNoInfluence(layout, technique, 1279, 719, new SeededGenerator(99));

    [Theory]
    [MemberData(nameof(All))]
    public void Bytes_outside_masks_are_unchanged(PixelLayout layout, RedactionTechnique technique)
    {
        var generator = new SeededGenerator(7);
        foreach (var (width, height) in Sizes)
        {
            using var original = Frames.Random(layout, width, height, generator);
            using var filled = original.Copy();
            var mask = RandomMask(width, height, generator, out var regions);

            Frames.Filler(technique).Fill(filled, mask, regions, Frames.Noise.ForFrame(0));

            for (var i = 0; i < original.Length; i++)
            {
                Assert.True(
                    original.Bytes[i] == filled.Bytes[i] || Frames.IsMaskedByte(original, mask, i), $"byte {i} of {width}x{height} was changed");
            }
        }
    }

    [Theory]
    [InlineData(RedactionTechnique.OutsideFill)]
    [InlineData(RedactionTechnique.Solid)]
    [InlineData(RedactionTechnique.Mosaic)]
    [InlineData(RedactionTechnique.Blur)]
    [InlineData(RedactionTechnique.Silhouette)]
    public void Every_masked_pixel_is_opaque(RedactionTechnique technique)
    {
        var generator = new SeededGenerator(8);
        using var image = Frames.Random(PixelLayout.Bgra32, 127, 95, generator);
        var mask = RandomMask(127, 95, generator, out var regions);

        Frames.Filler(technique).Fill(image, mask, regions, Frames.Noise.ForFrame(0));

        for (var i = 3; i < image.Length; i += 4)
        {
            Assert.True(image.Bytes[i] == 255 || !Frames.IsMaskedByte(image, mask, i));
        }
    }

    [Theory]
    [InlineData(StillFormat.Jpeg, RedactionTechnique.OutsideFill)]
    [InlineData(StillFormat.Jpeg, RedactionTechnique.Solid)]
    [InlineData(StillFormat.Jpeg, RedactionTechnique.Silhouette)]
    [InlineData(StillFormat.Png, RedactionTechnique.OutsideFill)]
    [InlineData(StillFormat.Png, RedactionTechnique.Solid)]
    [InlineData(StillFormat.Png, RedactionTechnique.Silhouette)]
    [InlineData(StillFormat.WebP, RedactionTechnique.OutsideFill)]
    [InlineData(StillFormat.WebP, RedactionTechnique.Solid)]
    [InlineData(StillFormat.WebP, RedactionTechnique.Silhouette)]
    public void Stills_that_differ_inside_masks_only_are_encoded_to_the_same_bytes(StillFormat format, RedactionTechnique technique)
    {
        var generator = new SeededGenerator(11);
        for (var round = 0; round < 10; round++)
        {
            using var one = TestPicture.Waves(generator.Next(20, 200), generator.Next(20, 200), seed: (ulong)round);
            using var other = one.Copy();
            var mask = RandomMask(one.Width, one.Height, generator, out var regions);
            Frames.ChangeInside(other, mask, generator);

            Frames.Filler(technique).Fill(one, mask, regions, Frames.Noise.ForFrame(0));
            Frames.Filler(technique).Fill(other, mask, regions, Frames.Noise.ForFrame(0));

            Assert.Equal(TestFiles.Of(format, one), TestFiles.Of(format, other));
        }
    }

    [Theory]
    [InlineData(PixelLayout.I420)]
    [InlineData(PixelLayout.Nv12)]
    [InlineData(PixelLayout.Rgb24)]
    [InlineData(PixelLayout.Bgra32)]
    public void Quiet_areas_hide_what_was_inside_and_leave_what_is_outside(PixelLayout layout)
    {
        var generator = new SeededGenerator(12);
        foreach (var (width, height) in Sizes)
        {
            using var original = Frames.Random(layout, width, height, generator);
            using var one = original.Copy();
            using var other = original.Copy();
            var mask = RandomMask(width, height, generator, out _);
            Frames.ChangeInside(other, mask, generator);

            // Half of the picture: some areas are quiet, some are not, some reach from one half into the other.
            var filler = new OutsideFill([new RegionBox(0, 0, Math.Max(1, width / 2), height)]);
            filler.Fill(one, mask, [], Frames.Noise.ForFrame(0));
            filler.Fill(other, mask, [], Frames.Noise.ForFrame(0));

            Assert.True(one.Bytes.SequenceEqual(other.Bytes), $"a quiet fill in {layout} {width}x{height} let the inside through");
            for (var i = 0; i < original.Length; i++)
            {
                Assert.True(original.Bytes[i] == one.Bytes[i] || Frames.IsMaskedByte(original, mask, i), $"byte {i} of {width}x{height} was changed");
            }
        }
    }

    private static void AssertInteriorHasNoInfluence(
        PixelLayout layout, RedactionTechnique technique, int width, int height, SeededGenerator generator)
    {
        using var one = Frames.Random(layout, width, height, generator);
        using var other = one.Copy();
        var mask = RandomMask(width, height, generator, out var regions);
        Frames.ChangeInside(other, mask, generator);
        var grain = Frames.Noise.ForFrame(generator.Next());

        Frames.Filler(technique).Fill(one, mask, regions, grain);
        Frames.Filler(technique).Fill(other, mask, regions, grain);

        Assert.True(one.Bytes.SequenceEqual(other.Bytes), $"{technique} in {layout} {width}x{height} let the inside through");
    }

    private static MaskMap RandomMask(int width, int height, SeededGenerator generator, out MaskedRegion[] regions)
    {
        var mask = new MaskMap(width, height);
        regions = new MaskedRegion[generator.Next(1, 5)];
        for (var i = 0; i < regions.Length; i++)
        {
            // Boxes and outlines, as a silhouette of a person beside a face has them.
            regions[i] = new MaskedRegion(generator.Next(0, 3) == 0
                ? mask.Add(Frames.RandomOutline(width, height, generator), generator.NextSingle(0, 20))
                : mask.Add(Frames.RandomBox(width, height, generator)));
        }

        return mask;
    }
}
