using System.Security.Cryptography.X509Certificates;
using Gateway.Sealing.Certificates;

namespace Gateway.Server.Listeners;

/// <summary>
/// Who may enter a listener: callers known by the URI in their certificate, each under trust anchors of its own. An authority of one peer
/// cannot issue a certificate that names another.
/// </summary>
internal sealed class CallerChecks(IReadOnlyDictionary<GatewayUri, TrustAnchors> callers, TimeProvider time)
{
    public CertificateOutcome Check(X509Certificate2 leaf, X509Certificate2Collection sent)
    {
        var identity = SubjectUri.Of(leaf);
        if (identity is null)
        {
            return CertificateOutcome.NoIdentity;
        }

        return callers.TryGetValue(identity, out var anchors)
            ? anchors.Check(leaf, sent, CertificatePurpose.Tls, identity, time.GetUtcNow())
            : CertificateOutcome.IdentityMismatch;
    }
}
