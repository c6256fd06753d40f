using Gateway.Benchmarks;

namespace Gateway.Server.Tests.Benchmarks;

/// <summary>The benchmark of the coefficient path runs once, so that it does not rot.</summary>
public sealed class JpegBenchmarkTests
{
    [Fact]
    public void The_jpeg_benchmark_runs()
    {
        var jpeg = new JpegContest();

        Assert.Equal(3, jpeg.Reading(rounds: 1).RunOnce());
        Assert.Equal(3, jpeg.Masking(rounds: 1).RunOnce());
    }
}
