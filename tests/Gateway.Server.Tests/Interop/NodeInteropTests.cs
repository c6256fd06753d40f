using System.Text.Json;
using Gateway.Exchange.Evidence;
using Gateway.Server.Tests.Nodes;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Interop;

/// <summary>A peer that shares no line of code with us: Node.js, grpc-js, and the openssl command for every key operation.</summary>
public sealed class NodeInteropTests
{
    [Fact]
    public async Task A_peer_in_another_language_sends_mappings_and_holds_our_receipt_for_good()
    {
        ForeignTool.Require("openssl", "version");
        ForeignTool.Require("node", "--version");
        RequirePackages();
        using var folder = new TempFolder();
        var signed = Some.Signed(Some.Agreement());
        await using var beta = await new RealNode(Providers.Beta).WithPeer(Providers.Alpha, 1).WithAgreement(signed).StartedAsync();
        Write(folder, beta, signed);

        var result = await Task.Run(() => ForeignTool.Run("node", Client, folder.Path));

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(
            [
                "welcome of xvide://beta/b1, channel REFUSAL_CODE_UNSPECIFIED",
                "receipt: openssl finds it good for the message that was sent",
                "replay: the original receipt",
                "one bit changed: REFUSAL_CODE_NOT_VERIFIED",
                "half closed: end",
            ],
            result.Output.TrimEnd().Split('\n'));
        Assert.Equal(3, await beta.Node.Exchange.Store.CountKeptAsync(default));
        var names = (await beta.Node.Exchange.Store.ReadAsync(1, 100, default)).Select(chained => chained.Event.Name);
        Assert.Equal([EventNames.RelayAcceptance, EventNames.RelayRejection], names.Where(name => name.StartsWith("Relay", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_lock_file_names_no_registry()
    {
        Assert.DoesNotContain("\"resolved\"", File.ReadAllText(Repository.PathOf("tests", "Interop.Node", "package-lock.json")), StringComparison.Ordinal);
    }

    private static string Client => Repository.PathOf("tests", "Interop.Node", "client.js");

    private static void RequirePackages()
    {
        var present = Directory.Exists(Repository.PathOf("tests", "Interop.Node", "node_modules", "@grpc", "grpc-js"));
        if (Environment.GetEnvironmentVariable("GATEWAY_TOOLS_PROMISED") == "1")
        {
            Assert.True(present, "the packages of tests/Interop.Node were promised here and are absent");
        }

        Assert.SkipUnless(present, "needs the packages of tests/Interop.Node: npm ci --ignore-scripts");
    }

    private static void Write(TempFolder folder, RealNode beta, string signed)
    {
        Providers.Alpha.Pki.WriteTo(folder["keys"]);
        Directory.CreateDirectory(folder["peer"]);
        File.WriteAllText(folder["peer/root.crt"], Providers.Beta.Pki.Root.ExportCertificatePem() + "\n");
        File.Copy(Path.Combine(beta.Keys, "decryption.crt"), folder["peer/decryption.crt"]);
        File.WriteAllText(folder["one.agreement"], signed);
        File.WriteAllText(folder["settings.json"], JsonSerializer.Serialize(new
        {
            protos = Repository.PathOf("protos"),
            address = $"localhost:{beta.PeerPort}",
            gateway = Providers.Alpha.Uri.ToString(),
            peer = Providers.Beta.Uri.ToString(),
        }));
    }
}
