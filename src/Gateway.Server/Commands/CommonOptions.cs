using System.CommandLine;

namespace Gateway.Server.Commands;

/// <summary>Options that several commands share, under one name and one description.</summary>
internal static class CommonOptions
{
    public static Option<FileInfo> Config() => new("--config")
    {
        Description = "Configuration file of the node (JSON).",
        Required = true,
    };

    public static Option<FileInfo?> Model() => new("--model") { Description = "ONNX detector to use instead of the embedded one." };

    public static Option<FileInfo?> Manifest() => new("--manifest") { Description = "Manifest of --model." };
}
