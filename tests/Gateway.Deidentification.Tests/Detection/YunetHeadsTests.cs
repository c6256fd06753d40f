using Gateway.Deidentification.Detection;
using Gateway.Deidentification.Detection.Decoders;
using Gateway.Deidentification.Media;

namespace Gateway.Deidentification.Tests.Detection;

public sealed class YunetHeadsTests
{
    private static readonly CanvasSize Canvas = new(96, 64);

    [Fact]
    public void A_cell_becomes_a_box_around_its_centre()
    {
        var level = new float[Canvas.CellsAt(8) * 6];
        Set(level, cell: (2 * 12) + 5, cls: 0.81f, obj: 1, 0.5f, 0.25f, MathF.Log(3), MathF.Log(4));

        var candidates = Read(level, 8, 0.5f);

        var (box, score) = Assert.Single(candidates.Items.ToArray());
        Assert.Equal(0.9f, score, 4);
        Assert.Equal((44f, 18f), (box.CenterX, box.CenterY));
        Assert.Equal(24f, box.Width, 3);
        Assert.Equal(32f, box.Height, 3);
    }

    [Fact]
    public void Every_cell_is_looked_at_and_only_the_strong_are_taken()
    {
        for (var cell = 0; cell < Canvas.CellsAt(8); cell++)
        {
            var level = new float[Canvas.CellsAt(8) * 6];
            Array.Fill(level, 0.2f, 0, 2 * Canvas.CellsAt(8));
            Set(level, cell, 0.5f, 0.5f, 0, 0, 0, 0);

            Assert.Equal(1, Read(level, 8, 0.5f).Count);
        }
    }

    [Fact]
    public void More_candidates_than_fit_are_saturation()
    {
        var level = new float[Canvas.CellsAt(8) * 6];
        Array.Fill(level, 1, 0, 2 * Canvas.CellsAt(8));

        Assert.Equal(DetectionOutcome.Saturated, Add(level, 8, 0.5f, new Candidates(Canvas.CellsAt(8) - 1)));
        Assert.Equal(DetectionOutcome.Detected, Add(level, 8, 0.5f, new Candidates(Canvas.CellsAt(8))));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void One_value_that_is_no_number_is_noticed_anywhere(float value)
    {
        for (var at = 0; at < 100; at++)
        {
            var values = new float[100];
            values[at] = value;

            Assert.False(FloatValues.AreFinite(values));
        }

        Assert.True(FloatValues.AreFinite([float.MaxValue, float.MinValue, float.Epsilon, 0, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]));
    }

    private static Candidates Read(float[] level, int stride, float scoreMin)
    {
        var candidates = new Candidates(1000);
        Assert.Equal(DetectionOutcome.Detected, Add(level, stride, scoreMin, candidates));
        return candidates;
    }

    private static DetectionOutcome Add(float[] level, int stride, float scoreMin, Candidates candidates) =>
        new YunetHeads([stride]).TryAdd(level, new Pass(new PixelRect(0, 0, Canvas.Width, Canvas.Height), Canvas.Width, Canvas.Height, Canvas, 300), scoreMin, candidates);

    private static void Set(float[] level, int cell, float cls, float obj, params ReadOnlySpan<float> bbox)
    {
        var cells = level.Length / 6;
        (level[cell], level[cells + cell]) = (cls, obj);
        bbox.CopyTo(level.AsSpan((2 * cells) + (4 * cell)));
    }
}
