using System.Text.Json.Nodes;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Detection.Decoders;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Detection.Decoders;

public sealed class ProbabilityMapTests : IDisposable
{
    private const uint White = 0xFFFFFFFF;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("channels", "2")]
    [InlineData("stride", "4")]
    [InlineData("output", "\"maps\"")]
    public void A_model_whose_map_is_another_is_refused(string field, string value)
    {
        var model = DrawnModels.Map();
        var manifest = DrawnModels.MapManifest(model);
        manifest["map"]![field] = JsonNode.Parse(value);

        Assert.Equal(ModelOutcome.InterfaceMismatch, DrawnModels.Open(_folder, manifest, model).Outcome);
    }

    [Fact]
    public void A_probability_above_one_closes_the_frame()
    {
        var map = new float[64];
        Array.Fill(map, 2f, 8, 4);

        Assert.Equal(DetectionOutcome.NotFinite, Decoder().TryAdd(map, Pass(8, 8), 0.3f, new Candidates(10)));
    }

    [Fact]
    public void A_map_of_nothing_but_specks_is_saturation()
    {
        var map = new float[512 * 512];
        for (var at = 0; at < map.Length; at++)
        {
            map[at] = (at % 2) * (at / 512 % 2);
        }

        Assert.Equal(DetectionOutcome.Saturated, Decoder().TryAdd(map, Pass(512, 512), 0.3f, new Candidates(100_000)));
    }

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(1.5f, 9.9f)]
    public void Lines_are_found_and_grown_by_what_the_model_was_taught_to_leave_out(float unclip, float grown)
    {
        var line = new PixelRect(40, 60, 160, 75);
        var model = DrawnModels.Map();
        using var detector = DrawnModels.Opened(_folder, DrawnModels.MapManifest(model, unclip), model);
        using var picture = DrawnModels.Picture(200, 160, (line, White));

        var result = detector.Detect(picture, CancellationToken.None);

        Assert.Equal(DetectionOutcome.Detected, result.Outcome);
        // Where a pass shrinks the picture, the pixels of its rim are half white.
        Assert.True(DrawnModels.Cover(result.Regions, new PixelRect(line.Left + 3, line.Top + 3, line.Right - 3, line.Bottom - 3)));
        var best = result.Regions.MaxBy(region => region.Score);
        Assert.Equal(RegionClass.Text, best.Class);
        Assert.InRange(best.Box.X, line.Left - grown - 3, line.Left - grown + 3);
        Assert.InRange(best.Box.Bottom, line.Bottom + grown - 3, line.Bottom + grown + 3);
    }

    [Fact]
    public void Cells_that_touch_are_one_group_whatever_their_shape()
    {
        var random = new SeededGenerator(3);
        var cells = new ConnectedCells();
        for (var round = 0; round < 300; round++)
        {
            var (width, height) = (random.Next(1, 40), random.Next(1, 40));
            var map = new float[width * height];
            var density = random.NextSingle(0, 1);
            foreach (ref var cell in map.AsSpan())
            {
                cell = random.NextSingle(0, 1) < density ? random.NextSingle(0.5f, 1) : 0.1f;
            }

            Assert.True(cells.TryFind(map, width, 0.5f));

            var found = Enumerable.Range(0, cells.Count).Where(cells.IsWhole).Select(index => (cells.BoundsOf(index), cells.BestOf(index))).ToHashSet();
            Assert.Equal(Flooded(map, width, 0.5f).Order(), found.Select(group => group.ToString()).Order());
        }
    }

    /// <summary>The same by flooding from each cell: another way to the same answer.</summary>
    private static List<string> Flooded(float[] map, int width, float limit)
    {
        var (groups, isSeen, height) = (new HashSet<string>(), new bool[map.Length], map.Length / width);
        for (var start = 0; start < map.Length; start++)
        {
            if (isSeen[start] || map[start] < limit)
            {
                continue;
            }

            var (bounds, best, waiting) = (new PixelRect(int.MaxValue, int.MaxValue, 0, 0), 0f, new Stack<int>([start]));
            isSeen[start] = true;
            while (waiting.TryPop(out var at))
            {
                var (x, y) = (at % width, at / width);
                bounds = new PixelRect(Math.Min(bounds.Left, x), Math.Min(bounds.Top, y), Math.Max(bounds.Right, x + 1), Math.Max(bounds.Bottom, y + 1));
                best = Math.Max(best, map[at]);
                for (var next = 0; next < 9; next++)
                {
                    var (nextX, nextY) = (x + (next % 3) - 1, y + (next / 3) - 1);
                    if (nextX >= 0 && nextY >= 0 && nextX < width && nextY < height && (nextY * width) + nextX is var place && !isSeen[place] && map[place] >= limit)
                    {
                        isSeen[place] = true;
                        waiting.Push(place);
                    }
                }
            }

            groups.Add((bounds, best).ToString());
        }

        return [.. groups];
    }

    private static ProbabilityMap Decoder() => new(new MapLayout { Output = "map", Stride = 1 });

    private static Pass Pass(int width, int height) => new(new PixelRect(0, 0, width, height), width, height, new CanvasSize(width, height), 300);
}
