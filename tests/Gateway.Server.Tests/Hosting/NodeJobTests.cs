using Gateway.Server.Hosting;
using Gateway.Server.Tests.Nodes;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Hosting;

/// <summary>Jobs nobody waits for: retention, agreements, memory, the canary.</summary>
public sealed class NodeJobTests : IDisposable
{
    private readonly ManualTime _time = new(Providers.Now);
    private readonly CollectedLog _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_job_that_fails_is_named_in_the_log_and_begins_again()
    {
        using var stopping = new CancellationTokenSource();
        var begun = 0;
        var running = NodeJob.KeepRunningAsync("Cleaning", RunAsync, _time, _log.CreateLogger("jobs"), stopping.Token);

        await _time.AdvanceUntilAsync(() => Volatile.Read(ref begun) == 3, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(5), "the job to begin again");
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Equal(2, _log.Entries.Count(entry => entry.Event == "JobFailed" && entry.Message.Contains("Cleaning", StringComparison.Ordinal) && entry.Message.Contains("InvalidOperationException", StringComparison.Ordinal)));

        async Task RunAsync(CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref begun) < 3)
            {
                throw new InvalidOperationException("names nobody may read");
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken);
        }
    }

    [Fact]
    public async Task A_job_that_has_nothing_to_do_ends()
    {
        await NodeJob.KeepRunningAsync("Nothing", _ => Task.CompletedTask, _time, _log.CreateLogger("jobs"), CancellationToken.None);

        Assert.Empty(_log.Entries);
    }
}
