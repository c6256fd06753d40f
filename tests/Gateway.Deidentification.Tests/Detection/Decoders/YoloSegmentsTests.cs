using System.Text.Json.Nodes;
using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Detection.Decoders;
using Gateway.Deidentification.Media;
using Gateway.Deidentification.Models;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Detection.Decoders;

/// <summary>A real model of outlines, drawn in code, in the real runtime.</summary>
public sealed class YoloSegmentsTests : IDisposable
{
    private const int Width = 256;
    private const int Height = 192;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("prototypes", "32", "rows [1, 8, 768] of Float")]
    [InlineData("prototypes", "32", "prototypes [1, 2, 48, 64] of Float, the manifest says prototypes [1, 32, 48, 64]")]
    [InlineData("stride", "8", "prototypes [1, 2, 48, 64] of Float, the manifest says prototypes [1, 2, 24, 32]")]
    [InlineData("output", "\"output1\"", "the model has no output1; it has rows, prototypes")]
    public void A_model_whose_prototypes_are_others_is_refused_and_told_what_it_has(string field, string value, string told)
    {
        var model = DrawnModels.Segments(Height, Width);
        var manifest = DrawnModels.SegmentsManifest(model, Height, Width);
        manifest["segments"]![field] = JsonNode.Parse(value);

        var (outcome, _, findings) = DrawnModels.Open(_folder, manifest, model);

        Assert.Equal(ModelOutcome.InterfaceMismatch, outcome);
        Assert.Contains(findings, finding => finding.Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void Prototypes_that_are_no_number_close_the_frame()
    {
        using var detector = Detector();
        using var picture = DrawnPerson.At(Width, Height, 1);
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(picture.Bytes)[..8].Fill(0xFF00FF00);

        Assert.Equal(DetectionOutcome.NotFinite, detector.Detect(picture, CancellationToken.None).Outcome);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_outline_is_that_of_the_person_in_the_picture(int scale)
    {
        using var detector = Detector();
        using var picture = DrawnPerson.At(Width * scale, Height * scale, scale);

        var person = Assert.Single(detector.Detect(picture, CancellationToken.None).Regions);

        Assert.Equal(RegionClass.Person, person.Class);
        var (both, either, missed) = (0, 0, 0);
        for (var y = 0; y < picture.Height; y++)
        {
            for (var x = 0; x < picture.Width; x++)
            {
                var isPerson = DrawnPerson.IsPerson(Floor(x - (picture.Width / 2), scale), Floor(y - (picture.Height / 2), scale));
                var isOutlined = IsSet(person.Outline!, x / Outline.CellSide, y / Outline.CellSide);
                both += isPerson && isOutlined ? 1 : 0;
                either += isPerson || isOutlined ? 1 : 0;
                missed += isPerson && !isOutlined ? 1 : 0;
            }
        }

        Assert.InRange((double)both / either, 0.85, 1);

        // What the rounding of a cell takes off, the margin gives back.
        Assert.InRange((double)missed / either, 0, 0.03);
        Assert.Equal(4f * scale, person.Outline!.GrainPx);
    }

    [Fact]
    public void An_open_spot_within_a_person_belongs_to_the_outline()
    {
        using var detector = Detector();
        using var picture = DrawnPerson.At(Width, Height, 1, (x, y) => DrawnPerson.IsPerson(x, y) && !(x is > -10 and < 10 && y is > 10 and < 18));

        var outline = Assert.Single(detector.Detect(picture, CancellationToken.None).Regions).Outline;

        Assert.True(IsSet(outline!, Width / 2 / Outline.CellSide, ((Height / 2) + 14) / Outline.CellSide));
    }

    [Theory]
    [InlineData(8, 80, "as narrow as a post")]
    [InlineData(48, 40, "the half of a person")]
    [InlineData(10, 10, "hardly more than the spot")]
    public void What_says_too_little_about_its_box_is_no_outline(int reachX, int reachY, string what)
    {
        using var detector = Detector();
        using var picture = DrawnPerson.At(Width, Height, 1, (x, y) => Math.Abs(x) <= reachX && Math.Abs(y) <= reachY);

        var person = Assert.Single(detector.Detect(picture, CancellationToken.None).Regions);

        Assert.True(person.Outline is null, what);
    }

    [Fact]
    public void Nothing_of_a_neighbour_outside_the_margins_of_the_box_belongs_to_an_outline()
    {
        using var detector = Detector();
        using var picture = DrawnPerson.At(Width, Height, 1);
        var pixels = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(picture.Bytes);
        for (var y = 0; y < Height; y++)
        {
            pixels.Slice((y * Width) + (Width / 2) + 48, (Width / 2) - 48).Fill(0xFFFFFFFF);
        }

        var person = Assert.Single(detector.Detect(picture, CancellationToken.None).Regions);

        // The duplicates that are dropped lie 8 pixels further; a tenth of a width is the margin of the box; then out to the cells.
        Assert.InRange(person.Outline!.Bounds.Right * Outline.CellSide, person.Box.Right, person.Box.Right + 8 + 9.6f + Outline.CellSide);
    }

    [Fact]
    public void Sums_that_are_no_number_belong_to_the_outline()
    {
        var masks = Masks(prototypes: 2);
        float[] prototypes = [.. Enumerable.Repeat(float.MaxValue, 64), .. Enumerable.Repeat(float.MaxValue, 64)];
        var outline = new Outline();
        masks.Begin(Look.Canvas);

        Assert.True(masks.TryDraw(prototypes, [2, -2], new RegionBox(0, 0, 32, 32), Look, outline));
        Assert.Equal(64, outline.Count);
    }

    [Fact]
    public void Every_pixel_of_a_cell_that_reaches_the_threshold_is_in_the_outline_wherever_the_look_lies()
    {
        var generator = new SeededGenerator(17);
        var drawn = 0;
        for (var round = 0; round < 200; round++)
        {
            const int Prototypes = 3;
            var canvas = new CanvasSize(4 * generator.Next(8, 30), 4 * generator.Next(8, 30));
            var (left, top) = (generator.Next(0, 300), generator.Next(0, 300));
            var source = new PixelRect(left, top, left + generator.Next(20, 500), top + generator.Next(20, 500));
            var scale = Math.Min((float)canvas.Width / source.Width, (float)canvas.Height / source.Height);
            var content = new CanvasSize(Math.Min(canvas.Width, (int)MathF.Ceiling(source.Width * scale)), Math.Min(canvas.Height, (int)MathF.Ceiling(source.Height * scale)));
            var pass = new Pass(source, content.Width, content.Height, canvas, 300);
            var cells = canvas.CellsAt(4);
            float[] prototypes = [.. Enumerable.Range(0, Prototypes * cells).Select(_ => generator.NextSingle(-2, 2))];
            float[] weights = [.. Enumerable.Range(0, Prototypes).Select(_ => generator.NextSingle(-2, 2))];
            var box = new RegionBox(0, 0, pass.ContentWidth, pass.ContentHeight);
            var (masks, outline) = (Masks(Prototypes), new Outline());
            masks.Begin(canvas);
            if (!masks.TryDraw(prototypes, weights, box, pass, outline))
            {
                continue;
            }

            drawn++;
            for (var y = source.Top; y < source.Bottom; y += 3)
            {
                for (var x = source.Left; x < source.Right; x += 3)
                {
                    // By the definition, a pixel at a time and with the sigmoid itself.
                    var cell = ((int)((y + 0.5f - source.Top) * pass.ScaleY / 4) * (canvas.Width / 4)) + (int)((x + 0.5f - source.Left) * pass.ScaleX / 4);
                    var sum = Enumerable.Range(0, Prototypes).Sum(prototype => (double)weights[prototype] * prototypes[(prototype * cells) + cell]);
                    Assert.True(1 / (1 + Math.Exp(-sum)) < 0.3001 || IsSet(outline, x / Outline.CellSide, y / Outline.CellSide), $"{x}, {y} of round {round}");
                }
            }
        }

        Assert.InRange(drawn, 150, 200);
    }

    [Fact]
    public void A_picture_with_more_to_draw_than_fits_has_boxes_for_the_rest()
    {
        var masks = Masks(prototypes: 1);
        var (outline, box) = (new Outline(), new RegionBox(0, 0, 32, 32));
        masks.Begin(Look.Canvas);

        for (var drawn = 0; drawn < 64; drawn++)
        {
            Assert.True(masks.TryDraw(new float[64], [1], box, Look, outline));
        }

        Assert.False(masks.TryDraw(new float[64], [1], box, Look, outline));
        masks.Begin(Look.Canvas);
        Assert.True(masks.TryDraw(new float[64], [1], box, Look, outline));
    }

    [Theory]
    [InlineData(0.3f, -0.85f, true)]
    [InlineData(0.3f, -0.84f, false)]
    [InlineData(0.5f, -0.01f, true)]
    [InlineData(0.5f, 0.01f, false)]
    public void A_cell_belongs_to_the_person_from_the_threshold_on(float threshold, float sum, bool isOpen)
    {
        var masks = Masks(prototypes: 1, threshold);
        var prototype = new float[64];
        Array.Fill(prototype, 5f);
        prototype[0] = sum;
        var outline = new Outline();
        masks.Begin(Look.Canvas);

        Assert.True(masks.TryDraw(prototype, [1], new RegionBox(0, 0, 32, 32), Look, outline));
        Assert.Equal(isOpen ? 63 : 64, outline.Count);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(-1e30f)]
    public void A_box_that_cannot_be_placed_has_no_outline(float x)
    {
        var masks = Masks(prototypes: 1);
        masks.Begin(Look.Canvas);

        Assert.False(masks.TryDraw(new float[64], [1], new RegionBox(x, 0, 16, 16), Look, new Outline()));
    }

    private static Pass Look { get; } = new(new PixelRect(0, 0, 32, 32), 32, 32, new CanvasSize(32, 32), 300);

    private static PrototypeMasks Masks(int prototypes, float threshold = SegmentsLayout.ThresholdDefault) =>
        new(new SegmentsLayout { Output = "prototypes", Prototypes = prototypes, Stride = 4, Threshold = threshold });

    private static int Floor(int value, int scale) => (int)Math.Floor((double)value / scale);

    private static bool IsSet(Outline outline, int column, int row)
    {
        if (row < outline.Top || row >= outline.Bottom)
        {
            return false;
        }

        for (int start, end = 0; outline.NextRun(row, ref end, out start);)
        {
            if (column >= start && column < end)
            {
                return true;
            }
        }

        return false;
    }

    private OnnxDetector Detector()
    {
        var model = DrawnModels.Segments(Height, Width);
        return DrawnModels.Opened(_folder, DrawnModels.SegmentsManifest(model, Height, Width), model);
    }
}
