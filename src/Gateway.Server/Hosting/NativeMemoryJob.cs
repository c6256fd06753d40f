using System.Runtime.InteropServices;

namespace Gateway.Server.Hosting;

/// <summary>
/// Gives memory that native code has freed back to the machine. glibc has a heap for nearly every thread and keeps whatever lies under a block that
/// is still in use: SQLite's pages, allocated by whichever thread had the connection, pin them all, and a node whose backlog grows on disk
/// would grow in memory as well.
/// </summary>
internal sealed class NativeMemoryJob(TimeProvider time)
{
    /// <summary>Time between two returns; one takes milliseconds.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Runs until cancelled. Ends at once where the C library keeps nothing back that it could return.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                _ = Trim(0);
            }
        }
        catch (EntryPointNotFoundException)
        {
            // Not glibc.
        }
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Trim(nuint kept);
}
