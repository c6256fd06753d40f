using System.CommandLine;
using System.Globalization;
using Gateway.Server.Configuration;
using Grpc.Core;

namespace Gateway.Server.Commands;

/// <summary><c>gateway evidence</c>: hands evidence out, for third parties to check.</summary>
internal static class EvidenceCommand
{
    public static Command Create() => new("evidence", "Hands evidence out, for anybody to check offline.") { Export(), Statements(), Mapping(), FrameEvidenceCommand.Create() };

    private static Command Export()
    {
        var config = CommonOptions.Config();
        var file = new Option<FileInfo>("--out") { Description = "File for the evidence (text with a signed checkpoint at its end).", Required = true };
        var agreement = new Option<string>("--agreement") { Description = "Show only the events of this agreement; the others between them stand as digests.", DefaultValueFactory = _ => "" };
        var from = Time("--from", "Begin with the first event at or after this time.");
        var to = Time("--to", "End before the first event after this time.");
        var command = new Command("export", "Write an unbroken stretch of the evidence, signed by the node. Needs the running node.") { config, file, agreement, from, to };
        command.SetAction((parsed, cancellationToken) => GuardedAsync(
            parsed.GetRequiredValue(config).FullName,
            parsed.InvocationConfiguration,
            configuration => new EvidenceExportRun(configuration, parsed.InvocationConfiguration).RunAsync(
                parsed.GetRequiredValue(file).FullName, parsed.GetRequiredValue(agreement), parsed.GetValue(from), parsed.GetValue(to), cancellationToken)));
        return command;
    }

    private static Command Statements()
    {
        var config = CommonOptions.Config();
        var folder = new Option<DirectoryInfo>("--out") { Description = "New or empty folder for the statements, a file each (CMS, DER).", Required = true };
        var agreement = new Option<string>("--agreement") { Description = "Only statements about channels of this agreement.", DefaultValueFactory = _ => "" };
        var command = new Command("statements", "Write what this node and its peers signed about their channels: ledgers compared, ends, contradictions. Needs the running node.") { config, folder, agreement };
        command.SetAction((parsed, cancellationToken) => GuardedAsync(
            parsed.GetRequiredValue(config).FullName,
            parsed.InvocationConfiguration,
            configuration => new StatementsExportRun(configuration, parsed.InvocationConfiguration).RunAsync(
                parsed.GetRequiredValue(folder), parsed.GetRequiredValue(agreement), cancellationToken)));
        return command;
    }

    private static Command Mapping()
    {
        var config = CommonOptions.Config();
        var mapping = new Option<string>("--mapping") { Description = "Identifier of a received mapping, 32 hexadecimal digits; the look-up of a backend tells it.", Required = true };
        var agreement = new Option<string>("--agreement") { Description = "Agreement it came under.", Required = true };
        var file = new Option<FileInfo>("--out") { Description = "File for the proof (JSON). It carries identification information.", Required = true };
        var backend = new Option<string>("--backend")
        {
            Description = "Backend as which to ask; its certificate and key are in the keys folder of the node.",
            DefaultValueFactory = _ => "mapping-backend",
        };
        var command = new Command("mapping", "Write the proof of one received mapping, which shows nothing of the other mappings of its message. Needs the running node.") { config, mapping, agreement, file, backend };
        command.SetAction((parsed, cancellationToken) => GuardedAsync(
            parsed.GetRequiredValue(config).FullName,
            parsed.InvocationConfiguration,
            configuration => new MappingProofRun(configuration, parsed.InvocationConfiguration).RunAsync(
                parsed.GetRequiredValue(mapping), parsed.GetRequiredValue(agreement), parsed.GetRequiredValue(backend), parsed.GetRequiredValue(file).FullName, cancellationToken)));
        return command;
    }

    private static Option<DateTimeOffset?> Time(string name, string description) => new(name)
    {
        Description = description + " Written as 2026-01-31T12:00:00Z or 2026-01-31; UTC.",
        CustomParser = result =>
        {
            if (DateTimeOffset.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
            {
                return at;
            }

            result.AddError($"{name} {result.Tokens[0].Value} is no time; write it as 2026-01-31T12:00:00Z");
            return null;
        },
    };

    private static async Task<int> GuardedAsync(string path, InvocationConfiguration console, Func<GatewayConfiguration, Task<int>> run)
    {
        var (configuration, findings) = ConfigurationFile.Load(path);
        if (configuration is null)
        {
            FindingsReport.Write(findings, console.Error);
            return ExitCode.Unusable;
        }

        try
        {
            return await run(configuration);
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.Unavailable)
        {
            console.Error.WriteLine("no node answers; start it with: gateway serve");
            return ExitCode.Unusable;
        }
        catch (RpcException refused)
        {
            console.Error.WriteLine($"the node refused: {refused.Status.StatusCode}, {refused.Status.Detail}");
            return ExitCode.NotHolding;
        }
        catch (Exception refused) when (refused is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            console.Error.WriteLine(refused.Message);
            return ExitCode.Unusable;
        }
    }
}
