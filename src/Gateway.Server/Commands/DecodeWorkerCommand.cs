using System.CommandLine;
using System.Runtime.InteropServices;
using Gateway.Deidentification.Media.Isolation;

namespace Gateway.Server.Commands;

/// <summary><c>gateway decode-worker</c>, hidden: the process in which a node decodes pictures. It speaks on its standard streams with the node only.</summary>
internal static class DecodeWorkerCommand
{
    public const string Name = "decode-worker";

    public static Command Create()
    {
        var command = new Command(Name, "Started by a node, never by a person.") { Hidden = true };
        command.SetAction(_ =>
        {
            using var input = Console.OpenStandardInput();
            using var output = Console.OpenStandardOutput();
            return DecodeWorker.Run(input, output);
        });
        return command;
    }

    /// <summary>How to start this program as a worker, whether it runs as a program of its own or through <c>dotnet</c>.</summary>
    public static DecodeWorkerOptions Options(TimeSpan decodeTimeout)
    {
        var program = Environment.ProcessPath;
        var isOwn = program is not null && Path.GetFileNameWithoutExtension(program) == "gateway";
        return new DecodeWorkerOptions(isOwn ? program! : Runtime(), isOwn ? [Name] : [typeof(DecodeWorkerCommand).Assembly.Location, Name])
        {
            DecodeTimeout = decodeTimeout,
        };
    }

    /// <summary>The <c>dotnet</c> program of the runtime we run on: three folders above its libraries.</summary>
    private static string Runtime() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
}
