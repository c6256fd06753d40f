using System.CommandLine;
using Gateway.Server.Configuration;
using Gateway.Server.Hosting;

namespace Gateway.Server.Commands;

/// <summary><c>gateway doctor</c>: examines everything a node needs and says what to do about what is wrong.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var command = new Command("doctor", "Examine model, keys, agreements, store, listeners and peers of a node, running or not, each with a remedy.") { config };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetRequiredValue(config).FullName, parsed.InvocationConfiguration, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string path, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        var (configuration, findings) = ConfigurationFile.Load(path);
        if (configuration is null)
        {
            console.Output.WriteLine("configuration  FAIL");
            FindingsReport.Write(findings, console.Output);
            return ExitCode.NotHolding;
        }

        var examination = new Examination(configuration, TimeProvider.System);
        var healthy = true;
        await foreach (var part in examination.RunAsync(cancellationToken))
        {
            console.Output.WriteLine($"{part.Name,-14} {(part.Findings.Count == 0 ? "ok  " : "FAIL")} {part.Summary}");
            FindingsReport.Write(part.Findings, console.Output);
            healthy &= part.Findings.Count == 0;
        }

        console.Output.WriteLine(healthy ? "Nothing needs an operator." : "Something needs an operator.");
        return healthy ? ExitCode.Done : ExitCode.NotHolding;
    }
}
