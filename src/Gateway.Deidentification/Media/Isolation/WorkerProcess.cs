using System.Diagnostics;
using System.Globalization;
using Gateway.Deidentification.Media.Containers;

namespace Gateway.Deidentification.Media.Isolation;

/// <summary>One worker and its pipes. After it broke once it is not asked again.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;
    private readonly DecodeWorkerOptions _options;
    private readonly Timer _clock;

    private WorkerProcess(Process process, DecodeWorkerOptions options)
    {
        (_process, _options) = (process, options);
        _clock = new Timer(_ => Kill(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        // Read and forgotten: a runtime that dies says so at length, and would wait for a reader.
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    private Stream Input => _process.StandardInput.BaseStream;

    private Stream Output => _process.StandardOutput.BaseStream;

    /// <exception cref="IOException">It did not start in time, or is no worker.</exception>
    public static WorkerProcess Start(DecodeWorkerOptions options)
    {
        var start = new ProcessStartInfo(options.Program, options.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        SetEnvironment(start, options);
        var worker = new WorkerProcess(Process.Start(start)!, options);
        try
        {
            worker.Greet();
            return worker;
        }
        catch
        {
            worker.Dispose();
            throw;
        }
    }

    /// <exception cref="IOException">It died or was ended; there is no picture.</exception>
    public MediaOutcome Decode(ScrubbedBuffer file, PixelImage image)
    {
        _clock.Change(_options.DecodeTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            Span<byte> request = stackalloc byte[WorkerMessage.RequestBytes];
            WorkerMessage.Write(request, image.Width, image.Height, file.Length);
            Input.Write(request);
            Input.Write(file.Written);
            Input.Flush();
            var outcome = ReadOutcome();
            if (outcome == MediaOutcome.Decoded)
            {
                Output.ReadExactly(image.Bytes);
            }

            return outcome;
        }
        finally
        {
            _clock.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _clock.Dispose();
        Kill();
        _process.Dispose();
    }

    private static void SetEnvironment(ProcessStartInfo start, DecodeWorkerOptions options)
    {
        var root = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        start.Environment.Clear();
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";

        // Hexadecimal, as the runtime reads it. It also keeps the heap's reserve of addresses small enough to be limited at all.
        start.Environment["DOTNET_GCHeapHardLimit"] = options.MemoryBytesMax.ToString("X", CultureInfo.InvariantCulture);
        if (root is not null)
        {
            start.Environment["DOTNET_ROOT"] = root;
        }
    }

    private void Greet()
    {
        _clock.Change(_options.StartTimeout, Timeout.InfiniteTimeSpan);
        Span<byte> limits = stackalloc byte[WorkerMessage.LimitsBytes];
        WorkerMessage.Write(limits, (int)(_options.MemoryBytesMax >> 20), (int)Math.Ceiling(_options.DecodeTimeout.TotalSeconds));
        Input.Write(limits);
        Input.Flush();
        Span<byte> greeting = stackalloc byte[WorkerMessage.AnswerBytes];
        Output.ReadExactly(greeting);
        _clock.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (WorkerMessage.Read(greeting, 0) != WorkerMessage.Greeting)
        {
            throw new IOException("The program is no decode worker.");
        }
    }

    /// <summary>A worker that was taken over may say anything; what it may not do is make us believe a number that is none of ours.</summary>
    private MediaOutcome ReadOutcome()
    {
        Span<byte> answer = stackalloc byte[WorkerMessage.AnswerBytes];
        Output.ReadExactly(answer);
        var outcome = (MediaOutcome)WorkerMessage.Read(answer, 0);
        return Enum.IsDefined(outcome) ? outcome : throw new IOException("The worker answered something unknown.");
    }

    private void Kill()
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
}
