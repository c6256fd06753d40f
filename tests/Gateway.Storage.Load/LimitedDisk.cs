using System.Runtime.InteropServices;
using Gateway.Exchange;

namespace Gateway.Storage.Load;

/// <summary>
/// Writes under a limit on the size of files, as the kernel enforces it (RLIMIT_FSIZE): a write beyond it fails in the middle of
/// SQLite, not by a rule of SQLite. Then the limit is lifted and the same store must go on.
/// </summary>
internal static partial class LimitedDisk
{
    private const int FileSizeLimit = 1;
    private const int FileSizeSignal = 25;
    private const int After = 200;

    public static async Task<int> RunAsync(string path, long bytes)
    {
        // Without this the kernel ends the process instead of failing the write.
        using var ignored = PosixSignalRegistration.Create((PosixSignal)FileSizeSignal, context => context.Cancel = true);
        await using var store = Workload.Open(path);
        SetLimit((ulong)bytes);
        var next = 0;
        var reason = await QueueUntilRefusedAsync(store, () => $"{Interlocked.Increment(ref next)}");
        Console.WriteLine($"refused {reason}");
        SetLimit(ulong.MaxValue);
        for (var i = 0; i < After; i++)
        {
            await QueueAsync(store, $"after-{i}");
        }

        return 0;
    }

    private static async Task<StoreUnavailableReason> QueueUntilRefusedAsync(IExchangeStore store, Func<string> nextName)
    {
        var producers = Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            while (true)
            {
                try
                {
                    await QueueAsync(store, nextName());
                }
                catch (StoreUnavailableException e)
                {
                    return e.Reason;
                }
            }
        }));
        return (await Task.WhenAll(producers))[0];
    }

    private static async Task QueueAsync(IExchangeStore store, string name)
    {
        await store.EnqueueAsync(Workload.Entry(name), Workload.Event("SubmissionAcceptance"), CancellationToken.None);
        Console.Out.WriteLine($"queued {name}");
    }

    private static void SetLimit(ulong bytes)
    {
        // The soft limit only: a hard one could not be lifted again.
        var limit = new ResourceLimit { Soft = bytes, Hard = ulong.MaxValue };
        if (SetResourceLimit(FileSizeLimit, ref limit) != 0)
        {
            throw new InvalidOperationException($"setrlimit failed with {Marshal.GetLastPInvokeError()}");
        }
    }

    [DllImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetResourceLimit(int resource, ref ResourceLimit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }
}
