using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Gateway.Deidentification.Video;

/// <summary>What a program said.</summary>
internal sealed record ToolAnswer(int ExitCode, string Output, string Error);

/// <summary>
/// A program of others under limits, with an empty environment and without core dumps. What it says on its error stream is read to the end, else
/// it would wait for a reader; only the last of it is kept.
/// </summary>
internal sealed class ToolProcess : IDisposable
{
    private const int ErrorCharsMax = 2_000;
    private const int OutputCharsMax = 4 * 1024 * 1024;
    private const int BlockBytes = 512;

    /// <summary>Limits first, then the program takes the shell's place. Arguments go as arguments: none is ever read as a command.</summary>
    private const string Script = """ulimit -c 0 && ulimit -v "$1" && ulimit -t "$2" && ulimit -f "$3" && shift 3 && exec "$@" """;

    private readonly Process _process;
    private readonly Task<string> _error;

    private ToolProcess(Process process)
    {
        _process = process;
        _error = ReadTailAsync(process.StandardError);
    }

    public Stream Input => _process.StandardInput.BaseStream;

    public Stream Output => _process.StandardOutput.BaseStream;

    public static ToolProcess Start(string program, IReadOnlyList<string> arguments, ToolLimits limits, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        string[] command = ["-c", Script, "sh", Number(limits.MemoryBytesMax / 1024), Number((long)limits.ProcessorTimeMax.TotalSeconds), Number(limits.FileBytesMax / BlockBytes), program];
        Array.ForEach([.. command, .. arguments], start.ArgumentList.Add);
        start.Environment.Clear();
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new ToolProcess(Process.Start(start)!);
    }

    /// <summary>Runs a program to its end and reads what it says, which must be short.</summary>
    public static async Task<ToolAnswer> AskAsync(string program, IReadOnlyList<string> arguments, ToolLimits limits, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var process = Start(program, arguments, limits);
        process._process.StandardInput.Close();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(patience);
        using var killing = over.Token.Register(process.Kill);
        var output = new StringBuilder();
        var buffer = new char[4096];
        for (int got; (got = await process._process.StandardOutput.ReadAsync(buffer, CancellationToken.None)) > 0;)
        {
            output.Append(buffer, 0, got);
            if (output.Length > OutputCharsMax)
            {
                process.Kill();
                break;
            }
        }

        var exitCode = await process.EndAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return new ToolAnswer(exitCode, output.ToString(), await process._error);
    }

    /// <summary>The exit code; everything it wrote must have been read before.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None);
        return _process.ExitCode;
    }

    /// <summary>The last that it said on its error stream; once it has ended.</summary>
    public Task<string> ErrorAsync() => _error;

    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }

    /// <summary>Ends it where it still runs, and waits until it is gone.</summary>
    public void Dispose()
    {
        Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<string> ReadTailAsync(StreamReader error)
    {
        var tail = new StringBuilder();
        var buffer = new char[1024];
        for (int got; (got = await error.ReadAsync(buffer)) > 0;)
        {
            tail.Append(buffer, 0, got);
            if (tail.Length > 2 * ErrorCharsMax)
            {
                tail.Remove(0, tail.Length - ErrorCharsMax);
            }
        }

        return tail.ToString();
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
