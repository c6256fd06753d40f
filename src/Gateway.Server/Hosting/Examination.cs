using System.Runtime.CompilerServices;
using Gateway.Exchange.Agreements;
using Gateway.Exchange.Peers;
using Gateway.Sealing;
using Gateway.Server.Configuration;
using Gateway.Storage.Sqlite.Check;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Server.Hosting;

/// <summary>Examines the parts of a node one by one, whether it runs or not. Nothing is changed.</summary>
internal sealed class Examination(GatewayConfiguration configuration, TimeProvider time)
{
    private const int DaysOfNotice = 14;

    public async IAsyncEnumerable<ExaminedPart> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new ExaminedPart("configuration", "every setting can be used", []);
        yield return Primitives();
        yield return await ModelAsync(cancellationToken);
        using var keys = TryLoadKeys(out var keyPart);
        yield return keyPart;
        var peerFindings = new Findings();
        var peers = PeerLoading.Load(configuration.Peers, time, peerFindings);
        if (keys is not null)
        {
            yield return Agreements(keys, peers);
        }

        yield return await StoreAsync(cancellationToken);
        yield return await ListenerExamination.RunAsync(configuration, cancellationToken);
        yield return new ExaminedPart("peer files", $"{peers.All.Count} of {configuration.Peers.Count} peers have certificates that hold", peerFindings.All);
        foreach (var peer in keys is null ? [] : peers.All)
        {
            yield return await PeerExamination.RunAsync(peer, keys!, time, cancellationToken);
        }
    }

    private static ExaminedPart Primitives()
    {
        var wrong = SealingSelfTest.Run();
        return new ExaminedPart("self-test", "known answers of the sealing primitives", [.. wrong.Select(name => new Finding(name, "it gives a wrong answer", "replace the crypto library of this machine"))]);
    }

    private async Task<ExaminedPart> ModelAsync(CancellationToken cancellationToken)
    {
        var (engine, findings) = await MediaEngine.StartAsync(
            configuration.Deidentification, configuration.Node.Uri.Provider, (_, digest) => digest.Clear(), time, NullLogger.Instance, cancellationToken);
        using (engine)
        {
            var model = engine?.Parts.Detector.Model;
            return new ExaminedPart("model", model is null ? "" : $"{model.Id} {model.Version} on {model.ExecutionProvider}, every known region found; {string.Join("; ", engine!.Understood)}", findings);
        }
    }

    private NodeKeys? TryLoadKeys(out ExaminedPart part)
    {
        try
        {
            var keys = NodeKeys.Load(configuration.Node.KeysFolder, time);
            var findings = new Findings();
            findings.Require(keys.Signing.Owner == configuration.Node.Uri, "Node:Gateway", $"the certificates name {keys.Signing.Owner}", "use the URI of the certificates");
            (string Name, DateTimeOffset End)[] ends = [("tls.crt", keys.Tls.NotAfter), ("signing.crt", keys.Signing.NotAfter), ("decryption.crt", keys.Decryption.NotAfter)];
            foreach (var (name, end) in ends)
            {
                var days = (end - time.GetUtcNow()).TotalDays;
                findings.Require(days > DaysOfNotice, name, $"it ends in {days:F0} days", "renew it now");
            }

            part = new ExaminedPart("keys", $"{keys.Signing.Owner}, the first certificate ends on {ends.Min(entry => entry.End):yyyy-MM-dd}", findings.All);
            return keys;
        }
        catch (InvalidDataException refused)
        {
            part = new ExaminedPart("keys", "", [new Finding("Node:KeysFolder", refused.Message, "make keys with: gateway certs init")]);
            return null;
        }
    }

    private ExaminedPart Agreements(NodeKeys keys, PeerDirectory peers)
    {
        var book = AgreementBook.Empty(configuration.Node.Uri.Provider);
        var findings = new AgreementReload(book, configuration.Node.AgreementsFolder, keys.Signer, peers).Run();
        var inForce = book.All.Count(signed => signed.Agreement.IsInForce(time.GetUtcNow()));
        return new ExaminedPart(
            "agreements", $"{inForce} of {book.All.Count} in force", [.. findings.Select(finding => new Finding("Node:AgreementsFolder", finding, "put the file right, or remove it"))]);
    }

    private async Task<ExaminedPart> StoreAsync(CancellationToken cancellationToken)
    {
        var path = Path.Combine(configuration.Node.DataFolder, NodeStore.FileName);
        if (!File.Exists(path))
        {
            return new ExaminedPart("store", "there is none yet; the node makes it at its first start", []);
        }

        var report = await StoreCheck.VerifyAsync(path, cancellationToken);
        return new ExaminedPart(
            "store",
            $"{path}, {report.EvidencePosition} events of evidence in an unbroken chain",
            [.. report.Findings.Select(finding => new Finding(path, $"{finding.Check}: {finding.Detail}", "restore a backup of the data folder; do not start the node on it"))]);
    }
}
