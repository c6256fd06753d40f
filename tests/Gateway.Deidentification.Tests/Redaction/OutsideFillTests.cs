using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Redaction;
using Gateway.Deidentification.Tests.Media;

namespace Gateway.Deidentification.Tests.Redaction;

/// <summary>The fill looks like the surroundings.</summary>
public sealed class OutsideFillTests
{
    private const int Width = 320;
    private const int Height = 240;

    public static TheoryData<PixelLayout> Layouts => [.. Enum.GetValues<PixelLayout>()];

    [Theory]
    [MemberData(nameof(Layouts))]
    public void A_hole_in_an_even_wall_is_the_wall(PixelLayout layout)
    {
        using var image = Frames.Gray(layout, Width, Height, luma: 150);
        var mask = Mask(out _);
        Blacken(image, mask);

        new OutsideFill().Fill(image, mask, [], Frames.Noise.ForFrame(0));

        using var wall = Frames.Gray(layout, Width, Height, luma: 150);
        for (var i = 0; i < image.Length; i++)
        {
            Assert.True(Math.Abs(image.Bytes[i] - wall.Bytes[i]) <= 3 || IsAlpha(layout, i), $"byte {i} is {image.Bytes[i]}");
        }
    }

    [Fact]
    public void A_hole_in_a_gradient_goes_on_with_the_gradient()
    {
        using var image = PixelImage.Create(PixelLayout.I420, Width, Height);
        for (var i = 0; i < Width * Height; i++)
        {
            image.Bytes[i] = Gradient(i % Width, i / Width);
        }

        var mask = Mask(out _);
        Blacken(image, mask);

        new OutsideFill().Fill(image, mask, [], Frames.Noise.ForFrame(0));

        for (var i = 0; i < Width * Height; i++)
        {
            Assert.InRange(image.Bytes[i], Gradient(i % Width, i / Width) - 8, Gradient(i % Width, i / Width) + 8);
        }
    }

    [Fact]
    public void A_fill_never_leaves_the_range_of_its_surroundings()
    {
        using var image = TestPicture.Waves(Width, Height);
        var mask = Mask(out _);
        for (var i = 0; i < image.Length; i++)
        {
            image.Bytes[i] = Math.Clamp(image.Bytes[i], (byte)60, (byte)200);
        }

        Blacken(image, mask);
        new OutsideFill().Fill(image, mask, [], Frames.Noise.ForFrame(0));

        for (var i = 0; i < image.Length; i++)
        {
            Assert.True(i % 4 == 3 || image.Bytes[i] is >= 57 and <= 203);
        }
    }

    [Fact]
    public void Both_chroma_layouts_are_filled_alike()
    {
        using var planar = PixelImage.Create(PixelLayout.I420, 127, 95);
        for (var i = 0; i < planar.Length; i++)
        {
            planar.Bytes[i] = (byte)(i * 7 % 251);
        }

        using var interleaved = ToNv12(planar);
        var mask = new MaskMap(127, 95);
        mask.Add(new RegionBox(50, 40, 30, 30));

        new OutsideFill().Fill(planar, mask, [], Frames.Noise.ForFrame(5));
        new OutsideFill().Fill(interleaved, mask, [], Frames.Noise.ForFrame(5));

        using var expected = ToNv12(planar);
        Assert.Equal(expected.Bytes, interleaved.Bytes);
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Where_nothing_is_outside_the_fill_is_a_flat_middle_gray(PixelLayout layout)
    {
        using var image = TestPicture.Noise(47, 31, seed: 1, layout: layout);

        new OutsideFill().Fill(image, MaskMap.Whole(47, 31), [], Frames.Noise.ForFrame(0));

        for (var i = 0; i < image.Length; i++)
        {
            Assert.Equal(IsAlpha(layout, i) ? 255 : 128, image.Bytes[i]);
        }
    }

    [Fact]
    public void A_fill_allocates_next_to_nothing()
    {
        using var image = TestPicture.Noise(1280, 720, seed: 2, layout: PixelLayout.I420);
        var mask = new MaskMap(1280, 720);
        mask.Add(new RegionBox(480, 190, 320, 400));
        var fill = new OutsideFill();
        fill.Fill(image, mask, [], Frames.Noise.ForFrame(0));

        var before = GC.GetAllocatedBytesForCurrentThread();
        fill.Fill(image, mask, [], Frames.Noise.ForFrame(1));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(allocated, 0, 4096);
    }

    [Fact]
    public void A_mask_of_another_size_is_a_mistake_of_the_caller()
    {
        using var image = TestPicture.Quarters(32, 32);

        foreach (var technique in Enum.GetValues<RedactionTechnique>())
        {
            Assert.Throws<ArgumentException>(() => Frames.Filler(technique).Fill(image, new MaskMap(32, 33), [], default));
        }
    }

    private static MaskMap Mask(out PixelRect rectangle)
    {
        var mask = new MaskMap(Width, Height);
        rectangle = mask.Add(new RegionBox(120, 90, 70, 80));
        return mask;
    }

    private static void Blacken(PixelImage image, MaskMap mask)
    {
        for (var i = 0; i < image.Length; i++)
        {
            if (Frames.IsMaskedByte(image, mask, i))
            {
                image.Bytes[i] = 0;
            }
        }
    }

    private static byte Gradient(int x, int y) => (byte)(40 + (x * 100 / Width) + (y * 80 / Height));

    private static bool IsAlpha(PixelLayout layout, int index) => layout == PixelLayout.Bgra32 && index % 4 == 3;

    private static PixelImage ToNv12(PixelImage planar)
    {
        var interleaved = PixelImage.Create(PixelLayout.Nv12, planar.Width, planar.Height);
        var pixels = planar.Width * planar.Height;
        var half = (planar.Length - pixels) / 2;
        planar.Bytes[..pixels].CopyTo(interleaved.Bytes);
        for (var i = 0; i < half; i++)
        {
            interleaved.Bytes[pixels + (2 * i)] = planar.Bytes[pixels + i];
            interleaved.Bytes[pixels + (2 * i) + 1] = planar.Bytes[pixels + half + i];
        }

        return interleaved;
    }
}
