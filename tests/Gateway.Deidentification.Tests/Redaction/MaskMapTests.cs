using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Redaction;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Redaction;

public sealed class MaskMapTests
{
    [Fact]
    public void Every_pixel_a_box_touches_is_masked_whatever_the_box()
    {
        var generator = new SeededGenerator(1);
        for (var round = 0; round < 500; round++)
        {
            int width = generator.Next(1, 300), height = generator.Next(1, 300);
            var box = Frames.RandomBox(width, height, generator);
            var mask = new MaskMap(width, height);

            mask.Add(box, generator.Next(0, 20));

            for (var y = Math.Max(0, (int)box.Y); y < Math.Min(height, Math.Ceiling(box.Bottom)); y++)
            {
                for (var x = Math.Max(0, (int)box.X); x < Math.Min(width, Math.Ceiling(box.Right)); x++)
                {
                    Assert.True(mask.IsMasked(x, y), $"{x},{y} of {box} in {width}x{height}, round {round}");
                }
            }
        }
    }

    [Fact]
    public void Every_pixel_within_the_margin_of_an_outline_is_masked_and_no_block_without_one()
    {
        var generator = new SeededGenerator(2);
        for (var round = 0; round < 100; round++)
        {
            int width = generator.Next(1, 200), height = generator.Next(1, 200);
            var (outline, margin) = (Frames.RandomOutline(width, height, generator), generator.Next(0, 30));
            var (mask, wanted) = (new MaskMap(width, height), new MaskMap(width, height));

            var rectangle = mask.Add(outline, margin);

            for (var row = outline.Top; row < outline.Bottom; row++)
            {
                for (int start, end = 0; outline.NextRun(row, ref end, out start);)
                {
                    MaskPixels(wanted, new PixelRect((start * 4) - margin, (row * 4) - margin, (end * 4) + margin, (row * 4) + 4 + margin));
                }
            }

            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    Assert.Equal(wanted.IsMasked(x, y), mask.IsMasked(x, y));
                    Assert.True(!mask.IsMasked(x, y) || (x >= rectangle.Left && x < rectangle.Right && y >= rectangle.Top && y < rectangle.Bottom));
                }
            }
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_margin_of_an_outline_that_is_no_distance_masks_everything(float margin)
    {
        var mask = new MaskMap(100, 100);

        Assert.Equal(new PixelRect(0, 0, 100, 100), mask.Add(Frames.RandomOutline(100, 100, new SeededGenerator(3)), margin));
        Assert.True(mask.IsWhole);
    }

    [Fact]
    public void An_outline_is_rounded_out_to_the_units_of_the_map()
    {
        var mask = new MaskMap(128, 128, unitColumns: 2, unitRows: 2);
        var outline = new Outline();
        outline.Reset(new PixelRect(10, 10, 11, 11), 4);
        outline.Set(10, 10, 11);

        Assert.Equal(new PixelRect(32, 32, 64, 64), mask.Add(outline, 0));
        Assert.Equal(32 * 32 / (128.0 * 128), mask.CoverageShare);
    }

    /// <summary>Masks block by block whatever holds a pixel of the rectangle.</summary>
    private static void MaskPixels(MaskMap mask, PixelRect pixels)
    {
        var part = pixels.ClipTo(mask.Width, mask.Height);
        for (var y = part.Top; y < part.Bottom; y++)
        {
            for (var x = part.Left; x < part.Right; x++)
            {
                // With the margins of writing such a box is no larger than its pixel.
                mask.Add(new RegionBox(x + 0.4f, y + 0.4f, 0.2f, 0.2f), 0, RegionClass.Text);
            }
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 20)]
    [InlineData(20, 1)]
    [InlineData(3, 4)]
    [InlineData(200, 300)]
    public void The_shape_before_rounding_covers_the_corners_of_the_box(float width, float height)
    {
        var box = new RegionBox(50, 70, width, height);

        var shape = MaskShape.Around(box, extraMargin: 0);

        foreach (var y in new[] { box.Y, box.Bottom })
        {
            Assert.True(shape.WidestWithin(y, y, out var left, out var right));
            Assert.InRange(left, 0, box.X);
            Assert.InRange(right, box.Right, 1000);
        }
    }

    [Fact]
    public void The_mask_of_a_box_reaches_one_and_a_half_widths_by_one_and_seven_tenths_heights_raised()
    {
        var mask = new MaskMap(1280, 720);

        var rectangle = mask.Add(new RegionBox(400, 300, 160, 200));

        // 240 x 340 around the centre (480, 380), which is 20 above the middle of the box; then out to multiples of 16.
        Assert.Equal(new PixelRect(352, 208, 608, 560), rectangle);
    }

    [Fact]
    public void The_corners_of_a_large_mask_are_round()
    {
        var mask = new MaskMap(1280, 720);

        var rectangle = mask.Add(new RegionBox(400, 200, 200, 200));

        Assert.False(mask.IsMasked(rectangle.Left, rectangle.Top));
        Assert.True(mask.IsMasked(rectangle.Left + (rectangle.Width / 2), rectangle.Top));
        Assert.True(mask.IsMasked(rectangle.Left, rectangle.Top + (rectangle.Height / 2)));
    }

    [Fact]
    public void A_margin_widens_the_mask_on_each_side()
    {
        var narrow = new MaskMap(640, 480).Add(new RegionBox(200, 200, 64, 64));
        var wide = new MaskMap(640, 480).Add(new RegionBox(200, 200, 64, 64), extraMargin: 32);

        Assert.Equal(new PixelRect(narrow.Left - 32, narrow.Top - 32, narrow.Right + 32, narrow.Bottom + 32), wide);
    }

    [Theory]
    [InlineData(16, 16)]
    [InlineData(17, 33)]
    [InlineData(1279, 719)]
    public void The_last_row_and_the_last_column_can_be_masked(int width, int height)
    {
        var mask = new MaskMap(width, height);

        mask.Add(new RegionBox(width - 4, height - 4, 4, 4));

        Assert.True(mask.IsMasked(width - 1, height - 1));
    }

    [Theory]
    [InlineData(float.NaN, 0, 10, 10)]
    [InlineData(0, float.PositiveInfinity, 10, 10)]
    [InlineData(0, 0, float.NaN, 10)]
    [InlineData(0, 0, 0, 10)]
    [InlineData(0, 0, 10, -1)]
    [InlineData(0, 0, float.MaxValue, 10)]
    public void A_box_that_cannot_be_placed_masks_the_whole_frame(float x, float y, float width, float height)
    {
        var mask = new MaskMap(100, 60);

        mask.Add(new RegionBox(x, y, width, height));

        Assert.True(mask.IsWhole);
    }

    [Fact]
    public void A_box_far_outside_masks_nothing()
    {
        var mask = new MaskMap(100, 60);

        Assert.True(mask.Add(new RegionBox(1e9f, -1e9f, 10, 10)).IsEmpty);
        Assert.True(mask.IsEmpty);
    }

    [Fact]
    public void Coverage_counts_pixels_and_a_whole_map_covers_all()
    {
        var mask = new MaskMap(40, 40);
        Assert.Equal(0, mask.CoverageShare);

        mask.Add(new RegionBox(36, 36, 1, 1));
        Assert.Equal((40 - 32) * (40 - 32) / 1600.0, mask.CoverageShare, 6);

        Assert.Equal(1, MaskMap.Whole(1279, 719).CoverageShare);
        Assert.True(MaskMap.Whole(1279, 719).IsWhole);
    }

    [Fact]
    public void Maps_are_united_and_cleared()
    {
        var left = new MaskMap(640, 480);
        var right = new MaskMap(640, 480);
        left.Add(new RegionBox(10, 10, 40, 40));
        right.Add(new RegionBox(500, 300, 40, 40));

        left.Add(right);

        Assert.True(left.IsMasked(30, 30) && left.IsMasked(520, 320));
        Assert.Throws<ArgumentException>(() => left.Add(new MaskMap(641, 480)));
        left.Clear();
        Assert.True(left.IsEmpty);
    }

    [Fact]
    public void Bounding_rectangles_hold_every_masked_block_and_lie_apart()
    {
        var generator = new SeededGenerator(3);
        for (var round = 0; round < 100; round++)
        {
            int width = generator.Next(16, 1500), height = generator.Next(16, 900);
            var mask = new MaskMap(width, height);
            for (var boxes = generator.Next(0, 12); boxes > 0; boxes--)
            {
                mask.Add(new RegionBox(generator.Next(0, width), generator.Next(0, height), generator.Next(4, 60), generator.Next(4, 60)));
            }

            var areas = mask.BoundingRects();

            AssertHoldsAll(mask, areas);
            AssertApart(areas);
        }
    }

    private static void AssertHoldsAll(MaskMap mask, IReadOnlyList<PixelRect> areas)
    {
        for (var y = 0; y < mask.Height; y += MaskMap.BlockSide)
        {
            for (var x = 0; x < mask.Width; x += MaskMap.BlockSide)
            {
                var held = areas.Any(area => x >= area.Left && x < area.Right && y >= area.Top && y < area.Bottom);
                Assert.True(held || !mask.IsMasked(x, y));
            }
        }
    }

    private static void AssertApart(IReadOnlyList<PixelRect> areas)
    {
        for (var i = 0; i < areas.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (a, b) = (areas[i], areas[j]);
                Assert.True(
                    a.Left - b.Right >= MaskMap.BlockSide || b.Left - a.Right >= MaskMap.BlockSide
                    || a.Top - b.Bottom >= MaskMap.BlockSide || b.Top - a.Bottom >= MaskMap.BlockSide,
                    $"{a} touches {b}");
            }
        }
    }
}
