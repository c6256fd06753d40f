using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sealing.Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Gateway.Server.Listeners;

/// <summary>Says whether a caller's certificate may enter, and as whom.</summary>
/// <param name="leaf">The certificate the caller proved to own.</param>
/// <param name="sent">Whatever else the caller sent.</param>
internal delegate CertificateOutcome CallerCheck(X509Certificate2 leaf, X509Certificate2Collection sent);

/// <summary>
/// Mutual TLS 1.3 on a listener: our leaf with its intermediate, the caller's certificate checked against the anchors of that caller alone.
/// </summary>
internal sealed class ServerTls(SslStreamCertificateContext own, X509Certificate2Collection roots, CallerCheck check, ILogger log)
{
    /// <param name="timeout">How long it may take: a silent connection must not hold a place for Kestrel's ten seconds.</param>
    public TlsHandshakeCallbackOptions Handshake(TimeSpan timeout) => new()
    {
        HandshakeTimeout = timeout,
        OnConnection = _ => ValueTask.FromResult(Options()),
    };

    private SslServerAuthenticationOptions Options() => new()
    {
        ServerCertificateContext = own,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls13,
        AllowRenegotiation = false,

        // With resumption on, the second connection of a process whose certificate hangs under an intermediate is refused (the ticket keeps
        // the leaf only), and later runtimes may skip our check on a resumed one.
        AllowTlsResume = false,
        CertificateChainPolicy = ChainPolicy(),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Admits(certificate, chain, errors),
    };

    private X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,

            // A certificate must not make us call an address of its choice.
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }

    private bool Admits(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 leaf || chain is null)
        {
            log.CallerWithoutCertificate();
            return false;
        }

        // The union of all anchors let it through this far; now only the anchors of the caller it names count.
        var outcome = errors == SslPolicyErrors.None ? check(leaf, chain.ChainPolicy.ExtraStore) : CertificateOutcome.UntrustedChain;
        if (outcome != CertificateOutcome.Trusted)
        {
            log.CallerRefused(outcome, leaf.SerialNumber);
        }

        return outcome == CertificateOutcome.Trusted;
    }
}
