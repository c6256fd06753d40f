using System.CommandLine;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Peers;
using Gateway.Server.Configuration;
using Gateway.Server.Conformance;
using Gateway.Server.Hosting;

namespace Gateway.Server.Commands;

/// <summary><c>gateway conformance</c>: acts as a peer and holds another implementation to the protocol.</summary>
internal static class ConformanceCommand
{
    public static Command Create()
    {
        var config = CommonOptions.Config();
        var peer = new Option<string>("--peer") { Description = "URI of the gateway under test; it must be a peer of the configuration.", Required = true };
        var command = new Command("conformance", "Hold a peer's gateway to the protocol. The tester acts as the configured gateway: give it keys and an agreement of its own, never those of a node in use. Takes about a minute.")
        {
            config, peer,
        };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetRequiredValue(config).FullName, parsed.GetRequiredValue(peer), parsed.InvocationConfiguration, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string path, string peerUri, InvocationConfiguration console, CancellationToken cancellationToken)
    {
        var (configuration, loading) = ConfigurationFile.Load(path);
        if (configuration is null)
        {
            FindingsReport.Write(loading, console.Error);
            return ExitCode.Unusable;
        }

        try
        {
            using var keys = NodeKeys.Load(configuration.Node.KeysFolder, TimeProvider.System);
            var findings = new Findings();
            var (peer, agreement) = Find(configuration, peerUri, keys, findings);
            if (findings.Any)
            {
                FindingsReport.Write(findings.All, console.Error);
                return ExitCode.Unusable;
            }

            var run = new ConformanceRun(new Tester(keys, peer!, agreement!, TimeProvider.System), console.Output);
            return await run.RunAsync(cancellationToken) == 0 ? ExitCode.Done : ExitCode.NotHolding;
        }
        catch (InvalidDataException refused)
        {
            console.Error.WriteLine(refused.Message);
            return ExitCode.Unusable;
        }
    }

    private static (Peer? Peer, SignedAgreement? Agreement) Find(GatewayConfiguration configuration, string peerUri, NodeKeys keys, Findings findings)
    {
        var peers = PeerLoading.Load(configuration.Peers, TimeProvider.System, findings);
        var peer = peers.All.FirstOrDefault(known => known.Uri.ToString() == peerUri);
        findings.Require(peer is not null, "--peer", $"{peerUri} is no peer of the configuration", "name one of Peers:Gateway");
        if (peer is null)
        {
            return (null, null);
        }

        var book = AgreementBook.Empty(configuration.Node.Uri.Provider);
        foreach (var finding in new AgreementReload(book, configuration.Node.AgreementsFolder, keys.Signer, peers).Run())
        {
            findings.Add("Node:AgreementsFolder", finding, "put the file right");
        }

        var agreement = book.InForceWith(peer.Uri, TimeProvider.System.GetUtcNow()) is [var first, ..] ? first : null;
        findings.Require(agreement is not null, "Node:AgreementsFolder", $"no agreement with {peerUri} is in force", "draft one for the test and have both sides sign it: gateway agreement draft");
        return (peer, agreement);
    }
}
