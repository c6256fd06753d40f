using System.Reflection;
using Gateway.Sealing.Certificates;

namespace Gateway.Server.Hosting;

/// <summary>Who this node is and which software it runs.</summary>
internal sealed record NodeIdentity(GatewayUri Uri)
{
    public string Version { get; } = SoftwareVersion;

    /// <summary>Version of this program.</summary>
    public static string SoftwareVersion { get; } =
        typeof(NodeIdentity).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
}
