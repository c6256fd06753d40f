using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sealing.Certificates;
using Gateway.TestKit;
using Grpc.Core;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Tests.Deidentification;

[Collection(MediaNodeGroup.Name)]
public sealed class NoCertificateTests(MediaNode node)
{
    [Fact]
    public Task A_caller_without_a_certificate_is_refused() => IsRefusedAsync(null);

    [Fact]
    public async Task A_certificate_of_our_authority_for_another_purpose_is_refused()
    {
        using var leaf = X509Certificate2.CreateFromPemFile(Path.Combine(node.Keys, "signing.crt"), Path.Combine(node.Keys, "signing.key"));
        var issuing = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(node.Keys, "issuing.crt"));

        await IsRefusedAsync(SslStreamCertificateContext.Create(leaf, [issuing], offline: true));
    }

    [Fact]
    public async Task A_certificate_of_another_authority_that_names_our_backend_is_refused()
    {
        var impostor = node.LoadIdentity(node.MakeKeys(MediaNode.Uri, "impostor"), "media-backend").Context;

        await IsRefusedAsync(impostor);
    }

    [Fact]
    public async Task A_certificate_of_another_provider_is_refused()
    {
        var peer = node.LoadIdentity(node.MakeKeys(GatewayUri.Parse("xvide://beta/b1"), "beta"), "tls").Context;

        await IsRefusedAsync(peer);
    }

    [Fact]
    public Task The_node_s_own_certificate_is_refused_as_that_of_a_backend() => IsRefusedAsync(node.LoadIdentity(node.Keys, "tls").Context);

    [Fact]
    public async Task A_mapping_backend_cannot_send_media()
    {
        var media = new Wire.Deidentification.DeidentificationClient(node.OpenBackend("mapping-backend"));

        await Refusals.OfAsync(() => media.DeidentifyImageAsync(new Wire.DeidentifyImageRequest()).ResponseAsync, StatusCode.PermissionDenied, "ROLE_NOT_ALLOWED");
        var stream = await StreamCall.RunAsync(media, [DrawnClip.Open()]);
        Refusals.Is(stream.Refusal, StatusCode.PermissionDenied, "ROLE_NOT_ALLOWED");
    }

    private async Task IsRefusedAsync(SslStreamCertificateContext? certificate)
    {
        var before = Refused();
        var http = node.OpenHttp(certificate);
        using var request = new HttpRequestMessage(HttpMethod.Post, node.BackendAddress) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(request, default));

        await Eventually.BeTrueAsync(() => Refused() > before, "the refusal in the node's log");
    }

    private int Refused() => node.Log.Entries.Count(entry => entry.Event is "CallerRefused" or "CallerWithoutCertificate");
}
