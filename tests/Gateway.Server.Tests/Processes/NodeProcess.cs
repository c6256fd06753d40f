using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Processes;

/// <summary>A node as its operator runs it: a process of its own, started with <c>gateway serve</c>, that can be killed.</summary>
internal sealed class NodeProcess(string config, Dictionary<string, string>? environment = null) : IDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private Process? _process;
    private TaskCompletionSource _serving = new();

    public string Output { get; private set; } = "";

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async Task StartAsync()
    {
        _serving = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [GatewayProgram.Path, "serve", "--config", config]) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        foreach (var (name, value) in environment ?? [])
        {
            _process.StartInfo.Environment[name] = value;
        }

        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await _serving.Task.WaitAsync(StartPatience);
    }

    /// <summary>SIGKILL: nothing in the process gets a chance to tidy up.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>SIGTERM, as a service manager stops it.</summary>
    public async Task<int> StopAsync()
    {
        ForeignTool.Run("kill", "-TERM", _process!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await _process.WaitForExitAsync().WaitAsync(StartPatience);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (_process is { } process)
        {
            try
            {
                process.Kill();
            }
            catch (InvalidOperationException)
            {
                // It has ended already.
            }

            process.Dispose();
        }
    }

    private void Read(string? line)
    {
        Output += line + Environment.NewLine;
        if (line?.Contains("serves peers", StringComparison.Ordinal) == true)
        {
            _serving.TrySetResult();
        }
    }
}
