using System.Runtime.InteropServices;

namespace Gateway.Deidentification.Media.Isolation;

/// <summary>Limits that a process puts on itself and cannot raise: the system ends or refuses what goes beyond. Linux only; elsewhere the parent's clock holds alone.</summary>
internal sealed class ProcessLimits(int memoryMebibytes, int secondsPerPicture)
{
    private const int ProcessorTime = 0;
    private const int FileSize = 1;
    private const int Core = 4;
    private const int OpenFiles = 7;
    private const int AddressSpace = 9;
    private const int NoNewPrivileges = 38;
    private const int Dumpable = 4;
    private const ulong Unlimited = ulong.MaxValue;
    private const ulong OpenFilesMax = 128;

    /// <summary>No file that grows, no core dump (it would hold pixels), few descriptors, no privileges through other programs, memory as told.</summary>
    public void Apply()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Set(FileSize, 0, 0);
        Set(Core, 0, 0);
        Set(OpenFiles, OpenFilesMax, OpenFilesMax);
        _ = Control(NoNewPrivileges, 1, 0, 0, 0);
        _ = Control(Dumpable, 0, 0, 0, 0);
        var memory = (ulong)Environment.SystemPageSize * ReadPages() + ((ulong)memoryMebibytes << 20);
        Set(AddressSpace, memory, memory);
    }

    /// <summary>The clock of the processor ends a decoder that spins, also where the parent is gone.</summary>
    public void BeginPicture()
    {
        if (OperatingSystem.IsLinux())
        {
            using var self = System.Diagnostics.Process.GetCurrentProcess();
            Set(ProcessorTime, (ulong)Math.Ceiling(self.TotalProcessorTime.TotalSeconds) + (ulong)secondsPerPicture, Unlimited);
        }
    }

    /// <summary>Pages of address space in use now; the first number of statm (proc(5)).</summary>
    private static ulong ReadPages() => ulong.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    private static void Set(int resource, ulong soft, ulong hard)
    {
        var limit = new Limit(soft, hard);
        if (SetLimit(resource, in limit) != 0)
        {
            throw new InvalidOperationException("A limit of this process could not be set.");
        }
    }

    [DllImport("libc", EntryPoint = "setrlimit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetLimit(int resource, in Limit limit);

    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int option, nuint first, nuint second, nuint third, nuint fourth);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit(ulong Soft, ulong Hard);
}
