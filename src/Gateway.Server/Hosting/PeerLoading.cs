using Gateway.Exchange.Peers;
using Gateway.Sealing.Certificates;
using Gateway.Sealing.Keys;
using Gateway.Server.Configuration;

namespace Gateway.Server.Hosting;

/// <summary>Validates what is configured about peers, once: from here on messages are checked against these keys without building chains.</summary>
internal static class PeerLoading
{
    public static PeerDirectory Load(IReadOnlyList<PeerSettings> settings, TimeProvider time, Findings findings)
    {
        var now = time.GetUtcNow();
        return new PeerDirectory([.. settings.Select((peer, index) => Load(peer, $"Peers[{index}]", now, findings)).OfType<Peer>()]);
    }

    private static Peer? Load(PeerSettings settings, string section, DateTimeOffset now, Findings findings)
    {
        try
        {
            var anchors = TrustAnchors.LoadPem(Path.Combine(settings.CertificatesFolder, "root.crt"));
            var signing = Path.Combine(settings.CertificatesFolder, "signing.crt");
            var decryption = Path.Combine(settings.CertificatesFolder, "decryption.crt");
            var (signerOutcome, signer) = VerificationKey.TryLoad(signing, anchors, settings.Uri, now);
            var (encryptionOutcome, encryption) = EncryptionKey.TryLoad(decryption, anchors, settings.Uri, now);
            Require(signerOutcome, section, signing, findings);
            Require(encryptionOutcome, section, decryption, findings);
            return signer is null || encryption is null ? null : new Peer(settings.Uri, new Uri(settings.Address), anchors, signer, encryption);
        }
        catch (InvalidDataException refused)
        {
            findings.Add($"{section}:CertificatesFolder", refused.Message, "ask the peer for its root.crt, signing.crt and decryption.crt");
            return null;
        }
    }

    private static void Require(CertificateOutcome outcome, string section, string path, Findings findings) =>
        findings.Require(
            outcome == CertificateOutcome.Trusted,
            $"{section}:CertificatesFolder",
            $"{path} does not hold: {outcome}",
            "ask the peer for its current certificates; the URI in them must be the one of this peer");
}
