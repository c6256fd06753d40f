using Gateway.Deidentification.Detection;
using Gateway.TestKit;

namespace Gateway.Deidentification.Tests.Detection;

/// <summary>Kernels for single steps give what the weights of the taps say, whatever the samples.</summary>
public sealed class RowKernelsTests
{
    [Theory]
    [InlineData(40, 0, 0.5, 80)]
    [InlineData(41, 0, 0.5, 81)]
    [InlineData(320, 0, 0.5, 640)]
    [InlineData(320, 64, 0.5, 200)]
    [InlineData(2, 0, 0.5, 3)]
    [InlineData(1, 0, 0.5, 2)]
    [InlineData(640, 0, 2, 320)]
    [InlineData(77, 5, 2, 36)]
    [InlineData(64, 3, 1, 61)]
    [InlineData(131, 0, 1.37, 95)]
    [InlineData(131, 0.5, 2, 65)]
    [InlineData(100, 0.5, 0.5, 199)]
    public void A_gathered_row_is_the_weighted_sum_of_its_samples(int samples, double origin, double step, int count)
    {
        var taps = AxisTaps.Of(samples, origin, step, count);
        var bytes = new byte[samples];
        new SeededGenerator(7).Fill(bytes);
        var row = Array.ConvertAll(bytes[taps.Starts[0]..], sample => (float)sample).Concat(new float[4]).ToArray();
        var target = new float[count];

        RowKernels.Gather(row, 1, 0, taps, target);

        for (var x = 0; x < count; x++)
        {
            var expected = taps.WeightsOf(x).ToArray().Select((weight, tap) => weight * (double)bytes[taps.Starts[x] + tap]).Sum();
            Assert.Equal(expected, target[x], 0.001);
            Assert.Equal(1, taps.WeightsOf(x).ToArray().Sum(), 0.00001);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(100)]
    [InlineData(640)]
    public void Averages_of_four_are_exact(int count)
    {
        var bytes = new byte[4 * count];
        new SeededGenerator(8).Fill(bytes);
        var (upper, lower, target) = (bytes[..(2 * count)], bytes[(2 * count)..], new float[count]);

        RowKernels.AverageFours(upper, lower, target);

        Assert.Equal(Enumerable.Range(0, count).Select(x => (upper[2 * x] + upper[(2 * x) + 1] + lower[2 * x] + lower[(2 * x) + 1]) / 4f), target);
    }

    [Fact]
    public void The_passes_of_720p_have_kernels_of_their_own()
    {
        Assert.Equal(AxisStep.Halving, AxisTaps.Of(1280, 0, 2, 640).Step);
        Assert.Equal(AxisStep.Copy, AxisTaps.Of(640, 0, 1, 640).Step);
        Assert.Equal(AxisStep.Doubling, AxisTaps.Of(320, 0, 0.5, 640).Step);
        Assert.Equal(AxisStep.Any, AxisTaps.Of(1279, 0, 2, 640).Step);
    }
}
