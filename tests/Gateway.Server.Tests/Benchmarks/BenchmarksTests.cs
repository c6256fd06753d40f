using Gateway.Benchmarks;
using Gateway.TestKit.Pki;

namespace Gateway.Server.Tests.Benchmarks;

/// <summary>Every benchmark runs once, so that none rots. Times are reported by the benchmarks and enforced nowhere.</summary>
public sealed class BenchmarksTests
{
    [Fact]
    public void The_sealing_benchmark_runs()
    {
        using var alpha = new TestProvider("xvide://alpha/a1");
        using var beta = new TestProvider("xvide://beta/b1");

        Assert.Equal(2, SealingBenchmark.Seal(alpha, beta, 256).RunOnce());
        Assert.Equal(2, SealingBenchmark.Open(alpha, beta, 256).RunOnce());
    }

    [Fact]
    public void The_deidentification_benchmark_runs()
    {
        using var stills = new StillContest();

        Assert.Equal(3, stills.Contest(rounds: 1).RunOnce());
        Assert.Equal(3, stills.Stages(rounds: 1).RunOnce());
    }

    [Fact]
    public async Task The_backlog_benchmark_keeps_everything_that_waits()
    {
        var output = new StringWriter();

        // The growth it reports is that of this whole process, which runs other tests beside it: the benchmark alone can judge it.
        await BacklogBenchmark.RunAsync(output, mappings: 1_000, settle: TimeSpan.Zero);

        Assert.Contains($"{2_000:N0} mappings waiting", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_isolation_benchmark_runs()
    {
        using var contest = new IsolationContest();

        Assert.Equal(2, contest.Contest(rounds: 1).RunOnce());
    }

    [Fact]
    public async Task The_delivery_benchmark_delivers_everything()
    {
        var output = new StringWriter();

        await DeliveryBenchmark.RunAsync(output, mappings: 500, rounds: 1);

        Assert.Contains("delivered", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_urgent_benchmark_sets_its_mapping_beside_a_sync_of_the_same_disk()
    {
        var output = new StringWriter();

        await DeliveryBenchmark.RunUrgentAsync(output, warm: 100, background: 100, samples: 10);

        Assert.Contains("urgent mapping, 99th of 100", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_frames_benchmark_compares_with_the_peers_or_says_why_not()
    {
        var output = new StringWriter();

        await FramesBenchmark.RunAsync(output, frames: 1, rounds: 1, mayBuildPeers: false);

        var printed = output.ToString();
        foreach (var row in (string[])["peer", "inference alone", "JPEG over gRPC", "I420 over gRPC", "two workers"])
        {
            Assert.Contains(row, printed, StringComparison.Ordinal);
        }
    }
}
