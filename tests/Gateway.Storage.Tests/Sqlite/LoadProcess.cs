using System.Collections.Concurrent;
using System.Diagnostics;
using Gateway.Storage.Load;
using Gateway.TestKit;

namespace Gateway.Storage.Tests.Sqlite;

/// <summary>A process of its own that works on a store, and the lines it printed.</summary>
internal sealed class LoadProcess : IDisposable
{
    // A lock that cannot be given back makes SQLite try for ten seconds, again and again, before it says so.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();
    private readonly Task reading;

    public LoadProcess(params string[] arguments)
        : this([], arguments)
    {
    }

    private LoadProcess(string[] runner, string[] arguments)
    {
        string[] command = [.. runner, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", typeof(Workload).Assembly.Location, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Pages that are written and executed by turns live in a file of the runtime, which a limit on file sizes would hit first.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        process = Process.Start(start)!;
        Errors = process.StandardError.ReadToEndAsync();
        reading = Task.Run(ReadAsync);
    }

    /// <summary>The same process under a program that watches it.</summary>
    public static LoadProcess Under(string[] runner, params string[] arguments) => new(runner, arguments);

    public IReadOnlyCollection<string> Lines => lines;

    public Task<string> Errors { get; }

    public Task LineAsync(string line) => ComesAsync(() => lines.Contains(line), $"the line '{line}' of the process");

    public Task LinesAsync(int atLeast) => ComesAsync(() => lines.Count >= atLeast, $"{atLeast} lines of the process");

    /// <summary>SIGKILL: no handler, no flush, no goodbye.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        await reading;
    }

    public async Task<int> EndAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Patience);
        await reading;
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    private async Task ComesAsync(Func<bool> condition, string what)
    {
        await Eventually.BeTrueAsync(() => condition() || process.HasExited, what, Patience);
        Assert.True(condition(), process.HasExited ? $"the process ended before {what}: {await Errors}" : what);
    }

    private async Task ReadAsync()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            lines.Enqueue(line);
        }
    }
}
