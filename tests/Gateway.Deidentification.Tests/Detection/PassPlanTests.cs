using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Models;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Detection;

public sealed class PassPlanTests
{
    private static readonly FaceSizeRange Range = new(10, 300);

    [Theory]
    [InlineData(640, 20_000)]
    [InlineData(0, 100)]
    [InlineData(16_000, 16_000)]
    public void A_size_beyond_the_bounds_has_no_plan(int width, int height)
    {
        Assert.Null(PassPlan.For(width, height, Range, new CanvasRule(32), 12));
    }

    [Fact]
    public void A_model_that_sees_only_large_faces_cannot_cover_a_large_frame()
    {
        Assert.Null(PassPlan.For(7680, 4320, new FaceSizeRange(200, 400), new CanvasRule(32), 12));
    }

    [Fact]
    public void Every_face_of_every_size_is_seen_whole_and_in_range_by_some_pass()
    {
        var random = new SeededGenerator(1);
        (int Width, int Height)[] known = [(64, 64), (640, 360), (1280, 720), (1920, 1080), (1080, 1920), (2560, 1440), (3840, 2160), (7680, 4320), (7680, 64), (8000, 8000)];
        var sampled = Enumerable.Range(0, 300).Select(_ => (random.Next(64, 7681), random.Next(64, 4321)));

        foreach (var (width, height) in known.Concat(sampled))
        {
            var plan = PassPlan.For(width, height, Range, new CanvasRule(32), 12);

            Assert.True(plan is not null, $"{width}x{height} has no plan");
            foreach (var face in Faces(width, height, random))
            {
                Assert.True(plan.Passes.Any(pass => Sees(pass, face)), $"{face} in {width}x{height}");
            }
        }
    }

    [Theory]
    [InlineData(24)]
    [InlineData(96)]
    public void A_larger_smallest_face_makes_fewer_pixels_and_still_covers(int smallestFacePx)
    {
        var random = new SeededGenerator(2);
        var fine = PassPlan.For(1920, 1080, Range, new CanvasRule(32), 12)!;

        var coarse = PassPlan.For(1920, 1080, Range, new CanvasRule(32), smallestFacePx)!;

        Assert.True(coarse.Passes.Sum(pass => pass.Canvas.Area) < fine.Passes.Sum(pass => pass.Canvas.Area) / 3);
        Assert.All(Faces(1920, 1080, random).Where(face => face.Width >= smallestFacePx), face => Assert.Contains(coarse.Passes, pass => Sees(pass, face)));
    }

    [Theory]
    [InlineData(640, 640, 16, 800)]
    [InlineData(640, 384, 16, 640)]
    [InlineData(416, 416, 10, 300)]
    public void A_model_of_one_size_sees_every_region_whole_in_inputs_of_that_size(int canvasWidth, int canvasHeight, int min, int max)
    {
        var random = new SeededGenerator(4);
        foreach (var (width, height) in new[] { (64, 64), (640, 360), (1280, 720), (1080, 1920), (3840, 2160), (641, 385) })
        {
            var range = new FaceSizeRange(min, max);
            var plan = PassPlan.For(width, height, range, new CanvasRule(1, new CanvasSize(canvasWidth, canvasHeight)), 48, 1.41f);

            Assert.True(plan is not null, $"{width}x{height} has no plan");
            Assert.All(plan.Passes, pass =>
            {
                Assert.Equal(new CanvasSize(canvasWidth, canvasHeight), pass.Canvas);
                Assert.True(pass.ContentWidth <= canvasWidth && pass.ContentHeight <= canvasHeight, $"{pass}");
            });
            foreach (var face in Faces(width, height, random).Where(face => face.Width >= 48))
            {
                Assert.True(plan.Passes.Any(pass => Sees(pass, face, range)), $"{face} in {width}x{height}");
            }
        }
    }

    [Fact]
    public void A_canvas_is_a_multiple_of_what_the_model_asks_and_holds_the_content()
    {
        var passes = PassPlan.For(1003, 777, Range, new CanvasRule(32), 12)!.Passes;

        Assert.All(passes, pass =>
        {
            Assert.Equal((0, 0), (pass.Canvas.Width % 32, pass.Canvas.Height % 32));
            Assert.True(pass.ContentWidth <= pass.Canvas.Width && pass.ContentHeight <= pass.Canvas.Height);
        });
    }

    [Fact]
    public void The_work_on_a_frame_of_video_is_bounded()
    {
        var megapixels = PassPlan.For(1280, 720, Range, new CanvasRule(32), 12)!.Passes.Sum(pass => pass.Canvas.Area) / 1e6;

        Assert.InRange(megapixels, 0.9, 1.3);
    }

    /// <summary>Square faces of sizes from 12 pixels to the shorter side, anywhere wholly inside the image.</summary>
    private static IEnumerable<RegionBox> Faces(int width, int height, SeededGenerator random)
    {
        var largest = Math.Min(width, height);
        for (var size = 12d; ; size *= 1.13)
        {
            var side = (float)Math.Min(size, largest);
            for (var place = 0; place < 4; place++)
            {
                yield return new RegionBox(random.NextSingle(0, 1) * (width - side), random.NextSingle(0, 1) * (height - side), side, side);
            }

            if (size >= largest)
            {
                yield break;
            }
        }
    }

    private static bool Sees(Pass pass, RegionBox face) => Sees(pass, face, Range);

    private static bool Sees(Pass pass, RegionBox face, FaceSizeRange range)
    {
        var source = pass.Source;
        var isInside = face.X >= source.Left && face.Y >= source.Top && face.Right <= source.Right && face.Bottom <= source.Bottom;
        return isInside && face.Width * pass.ScaleX >= range.Min - 0.01 && face.Width * pass.ScaleX <= range.Max;
    }
}
