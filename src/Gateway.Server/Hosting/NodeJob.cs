namespace Gateway.Server.Hosting;

/// <summary>Keeps a job of a node running: nobody waits for its task, and a job that ended in silence would be missed at the next start only.</summary>
internal static class NodeJob
{
    /// <summary>Pause before a job that failed is begun again.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>Runs a job until it ends by itself or the node stops; begins it again, after a pause, when it fails.</summary>
    /// <param name="name">Name of the job, for the log.</param>
    /// <param name="run">The job.</param>
    /// <param name="time">Clock.</param>
    /// <param name="log">Is told of every failure, by the type of its exception.</param>
    /// <param name="stopping">The node stops.</param>
    public static async Task KeepRunningAsync(string name, Func<CancellationToken, Task> run, TimeProvider time, ILogger log, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await run(stopping);
                return;
            }
            catch (Exception broken) when (!stopping.IsCancellationRequested)
            {
                var error = broken.GetType().Name;
                log.JobFailed(name, error);
            }

            await Task.Delay(Pause, time, stopping);
        }
    }
}
