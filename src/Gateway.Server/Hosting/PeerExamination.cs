using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gateway.Exchange.Peers;
using Gateway.Sealing.Certificates;
using Gateway.Server.Configuration;

namespace Gateway.Server.Hosting;

/// <summary>Dials a peer as the node would and says at which step it fails. A peer that refuses our certificate tells us nothing; that is said too.</summary>
internal static class PeerExamination
{
    // RFC 9113 section 3.4: the connection preface and an empty SETTINGS frame.
    private static readonly byte[] Http2Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<ExaminedPart> RunAsync(Peer peer, NodeKeys keys, TimeProvider time, CancellationToken cancellationToken)
    {
        var findings = new Findings();
        using var timeout = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await DialAsync(peer, keys, time, findings, either.Token);
        }
        catch (SocketException refused)
        {
            findings.Add(peer.Uri.ToString(), $"there is no connection to {peer.Address.Authority}: {refused.SocketErrorCode}", "check the address, the peer's listener and the firewalls between");
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            findings.Add(peer.Uri.ToString(), $"{peer.Address.Authority} does not answer within {Patience.TotalSeconds} s", "check the firewalls between");
        }
        catch (Exception refused) when (refused is AuthenticationException or IOException)
        {
            findings.Add(
                peer.Uri.ToString(),
                $"{peer.Address.Authority} ended the handshake",
                "the peer refuses our certificate, or speaks no TLS 1.3; ask its operator what its log says about our serial number");
        }

        return new ExaminedPart("peer", $"{peer.Uri} at {peer.Address.Authority}", findings.All);
    }

    private static async Task DialAsync(Peer peer, NodeKeys keys, TimeProvider time, Findings findings, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(peer.Address.Host, peer.Address.Port, cancellationToken);
        var outcome = CertificateOutcome.UntrustedChain;
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = peer.Address.Host,
                    ClientCertificateContext = keys.Tls.Context,
                    EnabledSslProtocols = SslProtocols.Tls13,
                    AllowTlsResume = false,
                    ApplicationProtocols = [SslApplicationProtocol.Http2],
                    CertificateChainPolicy = peer.Anchors.NewChainPolicy(time.GetUtcNow()),
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                        (outcome = Judge(peer, certificate, chain, errors, time)) == CertificateOutcome.Trusted,
                },
                cancellationToken);
        }
        catch (AuthenticationException) when (outcome != CertificateOutcome.Trusted)
        {
            findings.Add(
                peer.Uri.ToString(),
                $"the certificate it shows does not hold: {outcome}",
                "ask the peer for its current root certificate and the URI and DNS name in its TLS certificate");
            return;
        }

        // TLS 1.3 lets a refused client finish its handshake: only an answer to HTTP/2's first bytes tells.
        await tls.WriteAsync(Http2Preface, cancellationToken);
        var settings = new byte[1];
        findings.Require(
            await tls.ReadAsync(settings, cancellationToken) > 0,
            peer.Uri.ToString(),
            "it closed the connection after the handshake",
            "the peer refuses our certificate; ask its operator what its log says about our serial number");
    }

    private static CertificateOutcome Judge(Peer peer, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, TimeProvider time) =>
        certificate is not X509Certificate2 leaf || chain is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)
            ? CertificateOutcome.NoIdentity
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
                ? CertificateOutcome.IdentityMismatch
                : peer.Anchors.Check(leaf, chain.ChainPolicy.ExtraStore, CertificatePurpose.Tls, peer.Uri, time.GetUtcNow());
}
