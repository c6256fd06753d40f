using System.CommandLine;
using Gateway.Server.Configuration;
using Gateway.Server.Hosting;

namespace Gateway.Server.Commands;

/// <summary><c>gateway serve</c>: the daemon.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var command = new Command("serve", "Run a node until it is stopped (Ctrl+C or SIGTERM).") { config };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetRequiredValue(config).FullName, parsed.InvocationConfiguration, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string path, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        var (configuration, findings) = ConfigurationFile.Load(path);
        if (configuration is null)
        {
            FindingsReport.Write(findings, console.Error);
            return ExitCode.Unusable;
        }

        using var loggers = NodeLogging.ToConsole();
        var (node, nodeFindings) = await GatewayNode.StartAsync(configuration, TimeProvider.System, loggers, cancellationToken);
        if (node is null)
        {
            FindingsReport.Write(nodeFindings, console.Error);
            return ExitCode.Unusable;
        }

        await using (node)
        {
            await StoppedAsync(cancellationToken);
        }

        return ExitCode.Done;
    }

    private static async Task StoppedAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource();
        await using var whenStopped = cancellationToken.Register(stopped.SetResult);
        await stopped.Task;
    }
}
