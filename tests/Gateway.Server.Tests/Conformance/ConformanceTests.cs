using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Server.Conformance;
using Gateway.Server.Tests.Nodes;
using Gateway.Server.Tests.Proofs;
using Gateway.TestKit;

namespace Gateway.Server.Tests.Conformance;

/// <summary>Our own node is held to what a second implementation must pass, over real listeners and mutual TLS.</summary>
public sealed partial class ConformanceTests
{
    [Fact]
    public async Task Our_own_node_passes_every_check()
    {
        using var folder = new TempFolder();
        await using var tester = new RealNode(Providers.Alpha);
        await using var beta = await new RealNode(Providers.Beta).WithPeer(Providers.Alpha, 1).WithAgreement(Some.Signed(Some.Agreement())).StartedAsync();

        var (exit, output) = await Task.Run(() => EvidencePair.Run("conformance", "--config", Configure(folder, tester, beta), "--peer", Providers.Beta.Uri.ToString()));

        Assert.True(exit == 0, output);
        Assert.Equal(ConformanceRun.Checks.Count, output.Split('\n').Count(line => line.StartsWith("pass ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_peer_that_does_not_keep_the_agreement_fails_by_clause()
    {
        using var folder = new TempFolder();
        await using var tester = new RealNode(Providers.Alpha);
        await using var beta = await new RealNode(Providers.Beta).WithPeer(Providers.Alpha, 1).StartedAsync();

        // The peer knows of no agreement: who it lets in is still checked, and what needs a channel says why it could not be.
        var (exit, output) = await Task.Run(() => EvidencePair.Run("conformance", "--config", Configure(folder, tester, beta), "--peer", Providers.Beta.Uri.ToString()));

        Assert.Equal(1, exit);
        Assert.Contains("FAIL 2.1 sent: an honest message | expected: receipt that holds | came: an honest Hello got welcome with NotAgreed", output, StringComparison.Ordinal);
        Assert.Contains("pass 1.2 ", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_peer_that_is_not_configured_is_named()
    {
        using var folder = new TempFolder();
        using var tester = new TempFolder();
        Providers.Alpha.Pki.WriteTo(tester["keys"]);
        File.WriteAllText(folder["tester.json"], JsonSerializer.Serialize(new { Node = new { Gateway = "xvide://alpha/a1", KeysFolder = tester["keys"], DataFolder = folder["data"], AgreementsFolder = folder.Path } }));

        var (exit, output) = EvidencePair.Run("conformance", "--config", folder["tester.json"], "--peer", "xvide://gamma/g1");

        Assert.Equal(2, exit);
        Assert.Contains("xvide://gamma/g1 is no peer of the configuration", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_clause_is_in_the_document_and_every_clause_of_the_document_is_checked()
    {
        var document = File.ReadAllText(Repository.PathOf("deploy", "conformance.md"));
        var written = Clauses().Matches(document).Select(match => match.Groups["clause"].Value).Order(StringComparer.Ordinal);

        Assert.Equal(written, ConformanceRun.Checks.Select(check => check.Clause).Distinct().Order(StringComparer.Ordinal));
    }

    private static string Configure(TempFolder folder, RealNode tester, RealNode peer)
    {
        Directory.CreateDirectory(folder["peer"]);
        Directory.CreateDirectory(folder["agreements"]);
        File.WriteAllText(folder["peer/root.crt"], Providers.Beta.Pki.Root.ExportCertificatePem());
        File.Copy(Path.Combine(peer.Keys, "signing.crt"), folder["peer/signing.crt"]);
        File.Copy(Path.Combine(peer.Keys, "decryption.crt"), folder["peer/decryption.crt"]);
        File.WriteAllText(folder["agreements/one.agreement"], Some.Signed(Some.Agreement()));
        File.WriteAllText(folder["tester.json"], JsonSerializer.Serialize(new
        {
            Node = new { Gateway = Providers.Alpha.Uri.ToString(), KeysFolder = tester.Keys, DataFolder = folder["data"], AgreementsFolder = folder["agreements"] },
            Peers = new object[] { new { Gateway = Providers.Beta.Uri.ToString(), Address = $"https://localhost:{peer.PeerPort}", CertificatesFolder = folder["peer"] } },
        }));
        return folder["tester.json"];
    }

    [GeneratedRegex(@"^\| (?<clause>\d\.\d) \|", RegexOptions.Multiline)]
    private static partial Regex Clauses();
}
