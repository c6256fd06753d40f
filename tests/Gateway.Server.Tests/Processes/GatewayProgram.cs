using Gateway.TestKit;

namespace Gateway.Server.Tests.Processes;

/// <summary>The program as it was built with these tests.</summary>
internal static class GatewayProgram
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "gateway.dll");

    public static ToolResult Run(params string[] arguments) => ForeignTool.Run("dotnet", [Path, .. arguments]);
}
