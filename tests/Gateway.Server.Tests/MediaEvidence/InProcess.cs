using System.CommandLine;
using Gateway.Server.Commands;

namespace Gateway.Server.Tests.MediaEvidence;

/// <summary>What a command wrote and how it ended.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit {ExitCode}\n{Output}\n{Error}";
}

/// <summary>The real command line, without a process around it.</summary>
internal static class InProcess
{
    public static async Task<CommandResult> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await GatewayCommand.Create().Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return new CommandResult(code, output.ToString(), error.ToString());
    }
}
