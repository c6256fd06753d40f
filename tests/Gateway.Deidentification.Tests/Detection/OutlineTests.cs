using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Media;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Detection;

public sealed class OutlineTests
{
    [Fact]
    public void What_is_united_is_set_wherever_one_of_them_is()
    {
        var generator = new SeededGenerator(5);
        for (var round = 0; round < 200; round++)
        {
            var (one, other) = (Random(generator, out var ofOne), Random(generator, out var ofOther));
            var copy = one.Copy();

            one.Unite(other);

            Assert.Equal(ofOne.Union(ofOther).Order(), CellsOf(one));
            Assert.Equal(one.Count, CellsOf(one).Count);
            Assert.Equal(ofOne.Order(), CellsOf(copy));
            Assert.Equal(Math.Max(copy.GrainPx, other.GrainPx), one.GrainPx);
        }
    }

    [Fact]
    public void Memory_that_is_used_again_holds_nothing_of_the_last_outline()
    {
        var generator = new SeededGenerator(6);
        var outline = Random(generator, out _);
        outline.Unite(Random(generator, out _));

        outline.Reset(new PixelRect(0, 0, 400, 400), 4);

        Assert.Equal((0, default), (outline.Count, outline.Bounds));
    }

    [Fact]
    public void The_bounds_are_those_of_the_cells_that_are_set()
    {
        var outline = new Outline();
        outline.Reset(new PixelRect(10, 20, 300, 90), 4);
        outline.Set(40, 70, 71);
        outline.Set(50, 200, 260);

        Assert.Equal(new PixelRect(70, 40, 260, 51), outline.Bounds);
    }

    [Fact]
    public void The_margin_is_a_step_of_the_model_and_a_share_of_the_longer_side_and_the_motion()
    {
        var outline = new Outline();
        outline.Reset(new PixelRect(0, 0, 8, 8), 6);

        Assert.Equal(6 + (0.04f * 200) + 3, outline.MarginPx(new RegionBox(0, 0, 100, 200), 3));
    }

    private static Outline Random(SeededGenerator generator, out HashSet<(int, int)> cells)
    {
        var outline = new Outline();
        var (left, top) = (generator.Next(0, 200), generator.Next(0, 50));
        var room = new PixelRect(left, top, left + generator.Next(1, 200), top + generator.Next(1, 30));
        outline.Reset(room, generator.Next(1, 9));
        cells = [];
        for (var run = 0; run < 20; run++)
        {
            var (row, start) = (generator.Next(room.Top, room.Bottom), generator.Next(room.Left, room.Right));
            var end = generator.Next(start + 1, room.Right + 1);
            outline.Set(row, start, end);
            for (var column = start; column < end; column++)
            {
                cells.Add((row, column));
            }
        }

        return outline;
    }

    private static List<(int Row, int Column)> CellsOf(Outline outline)
    {
        var cells = new List<(int, int)>();
        for (var row = outline.Top; row < outline.Bottom; row++)
        {
            for (int start, end = 0; outline.NextRun(row, ref end, out start);)
            {
                for (var column = start; column < end; column++)
                {
                    cells.Add((row, column));
                }
            }
        }

        return cells;
    }
}
