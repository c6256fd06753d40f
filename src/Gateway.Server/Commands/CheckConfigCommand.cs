using System.CommandLine;
using Gateway.Server.Configuration;

namespace Gateway.Server.Commands;

/// <summary><c>gateway check-config</c>: every finding of a configuration at once, each with its remedy.</summary>
internal static class CheckConfigCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var command = new Command("check-config", "Check a configuration file and report everything that is wrong with it at once.") { config };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(config).FullName, parsed.InvocationConfiguration.Output));
        return command;
    }

    private static int Run(string path, TextWriter output)
    {
        var (configuration, findings) = ConfigurationFile.Load(path);
        FindingsReport.Write(findings, output);
        if (configuration is not null)
        {
            output.WriteLine($"{path}: everything in it can be used by {configuration.Node.Gateway}");
        }

        return configuration is null ? ExitCode.NotHolding : ExitCode.Done;
    }
}
