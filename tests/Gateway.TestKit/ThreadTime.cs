using System.Runtime.InteropServices;

namespace Gateway.TestKit;

/// <summary>Processor time of the calling thread: on a machine that others use as well, the clock on the wall measures them.</summary>
public static class ThreadTime
{
    private const int ThreadClock = 3; // CLOCK_THREAD_CPUTIME_ID of Linux

    /// <summary>True where it can be measured; elsewhere the wall clock stands in for it.</summary>
    public static bool IsMeasured { get; } = OperatingSystem.IsLinux();

    /// <summary>Nanoseconds this thread has run.</summary>
    public static long Nanoseconds()
    {
        if (!IsMeasured)
        {
            return (long)System.Diagnostics.Stopwatch.GetElapsedTime(0).TotalNanoseconds;
        }

        var time = default(TimeSpec);
        return GetClock(ThreadClock, ref time) == 0 ? (time.Seconds * 1_000_000_000L) + time.Nanoseconds : throw new InvalidOperationException("clock_gettime failed");
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetClock(int clock, ref TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
