using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace Gateway.TestKit;

/// <summary>What a foreign program answered.</summary>
public sealed record ToolResult(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit {ExitCode}\n{Output}\n{Error}";
}

/// <summary>Runs programs of others as oracles. A test whose program is absent is skipped by its name.</summary>
public static class ForeignTool
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static ToolResult OpenSsl(params string[] arguments)
    {
        Require("openssl", "version");
        return Run("openssl", arguments);
    }

    /// <summary>Skips the running test unless the program answers to the probe argument.</summary>
    public static void Require(string program, string probe)
    {
        var present = true;
        try
        {
            present = Run(program, probe).ExitCode == 0;
        }
        catch (Win32Exception)
        {
            present = false;
        }

        if (Environment.GetEnvironmentVariable("GATEWAY_TOOLS_PROMISED") == "1")
        {
            Assert.True(present, $"the command '{program}' was promised here and is absent");
        }

        Assert.SkipUnless(present, $"needs the command '{program}'");
    }

    public static ToolResult Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        })!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} did not end within {Patience}");
        }

        return new ToolResult(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }
}
