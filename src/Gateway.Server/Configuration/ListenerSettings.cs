using System.Net;

namespace Gateway.Server.Configuration;

/// <summary>Where the node listens. Peers, backends and the operator never share a listener.</summary>
internal sealed class ListenerSettings
{
    /// <summary>Longest path a Unix socket can have on Linux.</summary>
    private const int SocketPathCharsMax = 107;

    /// <summary>Address and port for peer gateways. Default 127.0.0.1:7443: change it to be reachable from other providers.</summary>
    public string Peer { get; init; } = "127.0.0.1:7443";

    /// <summary>Address and port for the provider's own backends. Default 127.0.0.1:7444.</summary>
    public string Backend { get; init; } = "127.0.0.1:7444";

    /// <summary>Unix socket for the operator; its mode is 600. Default: admin.sock in the data folder.</summary>
    public string AdminSocket { get; set; } = "";

    /// <summary>Connections the peer listener accepts. Default 200: raise it with the number of peers, each needs one or two.</summary>
    public int PeerConnectionsMax { get; init; } = 200;

    /// <summary>Connections the backend listener accepts. Default 200.</summary>
    public int BackendConnectionsMax { get; init; } = 200;

    public IPEndPoint PeerEndPoint => IPEndPoint.Parse(Peer);

    public IPEndPoint BackendEndPoint => IPEndPoint.Parse(Backend);

    public void Validate(Findings findings)
    {
        RequireEndPoint(Peer, "Listeners:Peer", findings);
        RequireEndPoint(Backend, "Listeners:Backend", findings);
        findings.Require(
            Peer != Backend || Peer.EndsWith(":0", StringComparison.Ordinal),
            "Listeners:Backend",
            $"it is the same address as Listeners:Peer ({Peer})",
            "give peers and backends different ports");
        findings.Require(
            AdminSocket.Length <= SocketPathCharsMax,
            "Listeners:AdminSocket",
            $"the path is longer than the {SocketPathCharsMax} characters a Unix socket can have",
            "choose a shorter path");
        RequireRange(PeerConnectionsMax, "Listeners:PeerConnectionsMax", findings);
        RequireRange(BackendConnectionsMax, "Listeners:BackendConnectionsMax", findings);
    }

    private static void RequireEndPoint(string text, string setting, Findings findings) =>
        findings.Require(
            IPEndPoint.TryParse(text, out _) && text.Contains(':', StringComparison.Ordinal),
            setting,
            $"{text} is not an IP address with a port",
            "write it as 127.0.0.1:7443 or [::]:7443");

    private static void RequireRange(int value, string setting, Findings findings) =>
        findings.Require(value is >= 1 and <= 10_000, setting, $"{value} is not in 1..10000", "choose a number of connections the memory allows: 8 MiB each at most");
}
