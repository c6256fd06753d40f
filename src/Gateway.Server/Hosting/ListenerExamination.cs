using System.Net;
using System.Net.Sockets;
using Gateway.Contracts.Admin.V1;
using Gateway.Server.Configuration;
using Grpc.Core;

namespace Gateway.Server.Hosting;

/// <summary>Whether a node can listen where it should; or, when one answers on the operator's socket, how that one is.</summary>
internal static class ListenerExamination
{
    public static async Task<ExaminedPart> RunAsync(GatewayConfiguration configuration, CancellationToken cancellationToken)
    {
        var socket = AdminSocketOf(configuration);
        if (await TryAskAsync(socket, cancellationToken) is { } status)
        {
            return new ExaminedPart(
                "node",
                $"runs {status.Version}, {status.OutboxDepth} mappings wait for receipts, {status.InboxDepth} kept",
                [.. status.Findings.Select(finding => new Finding("node", finding, "see the node's log"))]);
        }

        var findings = new Findings();
        RequireFree(configuration.Listeners.PeerEndPoint, "Listeners:Peer", findings);
        RequireFree(configuration.Listeners.BackendEndPoint, "Listeners:Backend", findings);
        return new ExaminedPart("listeners", "no node runs; its addresses are free", findings.All);
    }

    public static string AdminSocketOf(GatewayConfiguration configuration) =>
        configuration.Listeners.AdminSocket.Length > 0 ? configuration.Listeners.AdminSocket : Path.Combine(configuration.Node.DataFolder, "admin.sock");

    private static async Task<GetStatusResponse?> TryAskAsync(string socket, CancellationToken cancellationToken)
    {
        if (!File.Exists(socket))
        {
            return null;
        }

        try
        {
            using var channel = AdminChannel.Open(socket);
            return await new Admin.AdminClient(channel).GetStatusAsync(new GetStatusRequest(), cancellationToken: cancellationToken);
        }
        catch (RpcException)
        {
            // A socket file without a node behind it: a node that was killed.
            return null;
        }
    }

    private static void RequireFree(IPEndPoint endPoint, string setting, Findings findings)
    {
        try
        {
            using var listener = new TcpListener(endPoint);
            listener.Start();
        }
        catch (SocketException refused)
        {
            findings.Add(setting, $"the node could not listen on {endPoint}: {refused.SocketErrorCode}", "stop what listens there, or choose another address");
        }
    }
}
