using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Gateway.Sealing.Certificates;
using Gateway.Server.Tests.Nodes;
using Gateway.TestKit;
using Gateway.TestKit.Pki;

namespace Gateway.Server.Tests.Peers;

/// <summary>Who gets past the handshake of the peer listener.</summary>
public sealed class PeerTlsTests(PeerTlsTests.Receiver receiver) : IClassFixture<PeerTlsTests.Receiver>
{
    private static readonly Dictionary<string, Func<Caller>> Strangers = new()
    {
        ["without a certificate"] = () => Caller.WithoutCertificate,
        ["with a certificate of its own making"] = () => Caller.With(new TestProvider("xvide://alpha/a1"), "tls"),
        ["of an authority nobody here knows"] = () => Caller.With(new TestProvider("xvide://delta/d1"), "tls"),
        ["that is no peer, of a peer's authority"] = () => Caller.Named(Providers.Alpha, "xvide://alpha/a9"),
        ["named by the authority of another peer"] = () => Caller.Named(Providers.Gamma, "xvide://alpha/a1"),
        ["with a certificate that has ended"] = () => Caller.With(Providers.Alpha, Issued(Providers.Now.AddMinutes(-30), Providers.Now.AddMinutes(-1))),
        ["with a certificate that has not begun"] = () => Caller.With(Providers.Alpha, Issued(Providers.Now.AddHours(1), Providers.Now.AddHours(2))),
        ["with a signing certificate"] = () => Caller.With(Providers.Alpha, "signing"),
        ["that is a backend of the peer"] = () => Caller.With(Providers.Alpha, "mapping-backend"),
        ["that is a backend of ours"] = () => Caller.With(Providers.Beta, "mapping-backend"),
        ["that bears our own certificate"] = () => Caller.With(Providers.Beta, "tls"),
        ["that does not send its intermediate"] = () => Caller.With(Providers.Alpha, "tls").Alone(),
    };

    public static TheoryData<string> Kinds => [.. Strangers.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_caller_is_refused(string kind)
    {
        var stranger = Strangers[kind]();

        Assert.False(await Http2Wire.AdmitsAsync(stranger, receiver.Beta.PeerPort, Providers.Beta));

        var named = stranger.Leaf?.SerialNumber ?? "no certificate";
        await Eventually.BeTrueAsync(() => receiver.Beta.Log.Entries.Any(entry => entry.Message.Contains(named, StringComparison.Ordinal)), "the operator's word about the caller");
    }

    [Fact]
    public async Task A_peer_is_admitted() =>
        Assert.True(await Http2Wire.AdmitsAsync(Caller.With(Providers.Alpha, "tls"), receiver.Beta.PeerPort, Providers.Beta));

    [Fact]
    public async Task A_peer_under_an_intermediate_comes_back_by_host_name_again_and_again()
    {
        for (var i = 0; i < 10; i++)
        {
            using var alpha = await WireSender.WelcomedAsync(receiver.Beta, Providers.Alpha);
            await alpha.HalfCloseAsync();
        }
    }

    [Fact]
    public async Task TLS_1_2_is_refused()
    {
        using var client = new TcpClient();
        await client.ConnectAsync("localhost", receiver.Beta.PeerPort);
        await using var tls = new SslStream(client.GetStream());
        var old = Caller.With(Providers.Alpha, "tls") with { Protocols = SslProtocols.Tls12 };

        await Assert.ThrowsAsync<AuthenticationException>(() => tls.AuthenticateAsClientAsync(old.Tls(Providers.Beta)));
    }

    [Fact]
    public void A_session_of_TLS_is_never_resumed()
    {
        ForeignTool.Require("openssl", "version");
        using var folder = new TempFolder();
        Providers.Alpha.Pki.WriteTo(folder["alpha"]);
        var connect = $"openssl s_client -connect localhost:{receiver.Beta.PeerPort} -alpn h2 -cert {folder["alpha/tls.crt"]} -cert_chain {folder["alpha/tls.crt"]} -key {folder["alpha/tls.key"]}";

        var first = ForeignTool.Run("bash", "-c", $"sleep 0.5 | {connect} -sess_out {folder["session"]}");
        var second = ForeignTool.Run("bash", "-c", $"sleep 0.5 | {connect} -sess_in {folder["session"]}");

        Assert.True(File.Exists(folder["session"]), first.ToString());
        Assert.Contains("New, TLSv1.3", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Reused", second.Output, StringComparison.Ordinal);
    }

    private static CertifiedKey Issued(DateTimeOffset from, DateTimeOffset until) =>
        Providers.Alpha.Pki.Issue(Providers.Alpha.Uri, ["localhost"], CertificatePurpose.Tls, from, until);

    /// <summary>Beta with the peers Alpha and Gamma, each under its own authority.</summary>
    public sealed class Receiver : IAsyncLifetime
    {
        internal RealNode Beta { get; } = new(Providers.Beta);

        public async ValueTask InitializeAsync() =>
            await Beta.WithPeer(Providers.Alpha, port: 1).WithPeer(Providers.Gamma, port: 1).WithAgreement(Some.Signed(Some.Agreement())).StartedAsync();

        public ValueTask DisposeAsync() => Beta.DisposeAsync();
    }
}
