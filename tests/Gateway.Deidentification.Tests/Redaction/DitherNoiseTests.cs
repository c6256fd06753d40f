using Gateway.Deidentification.Redaction;

namespace Gateway.Deidentification.Tests.Redaction;

public sealed class DitherNoiseTests
{
    [Fact]
    public void The_same_key_gives_the_same_grain_and_another_key_another()
    {
        var same = new DitherNoise(Frames.Key);
        var other = DitherNoise.WithRandomKey();

        Assert.Equal(Rows(Frames.Noise, frame: 3), Rows(same, frame: 3));
        Assert.NotEqual(Rows(Frames.Noise, frame: 3), Rows(other, frame: 3));
    }

    [Fact]
    public void Frames_and_rows_have_grain_of_their_own()
    {
        Assert.NotEqual(Rows(Frames.Noise, frame: 1), Rows(Frames.Noise, frame: 2));
        var rows = Rows(Frames.Noise, frame: 1).Chunk(16).ToArray();
        Assert.NotEqual(rows[0], rows[1]);
    }

    [Fact]
    public void Grain_is_small_and_balanced()
    {
        var grain = Rows(Frames.Noise, frame: 1);

        Assert.All(grain, value => Assert.InRange(value, -2, 2));
        Assert.InRange(grain.Average(), -0.1, 0.1);
        Assert.InRange(Math.Sqrt(grain.Average(value => value * value)), 0.5, 1.2);
    }

    [Fact]
    public void A_key_of_another_length_is_a_mistake_of_the_caller() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DitherNoise(new byte[31]));

    private static float[] Rows(DitherNoise noise, ulong frame)
    {
        var values = new List<float>();
        for (var row = 0; row < 200; row++)
        {
            foreach (var parts in noise.ForFrame(frame).Row(row, channel: 0).Block(column: 0))
            {
                values.Add((float)parts / DitherNoise.PartsPerLevel);
            }
        }

        return [.. values];
    }
}
