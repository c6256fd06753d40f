using Gateway.Contracts.Admin.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Sealing.Certificates;
using Gateway.Server.Tests.Nodes;
using Gateway.TestKit.Pki;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Grpc.Reflection.V1Alpha;
using Deidentify = Gateway.Contracts.Deidentification.V1.Deidentification.DeidentificationClient;
using HealthClient = Grpc.Health.V1.Health.HealthClient;

namespace Gateway.Server.Tests.Mappings;

/// <summary>Who may call what: media and mappings are two identities, and neither is a peer or the operator .</summary>
public sealed class RolesTests(RolesTests.Provider provider) : IClassFixture<RolesTests.Provider>
{
    private static readonly Dictionary<string, Func<Caller>> Strangers = new()
    {
        ["without a certificate"] = () => Caller.WithoutCertificate,
        ["of a foreign authority"] = () => Caller.With(new TestProvider("xvide://alpha/a1"), "mapping-backend"),
        ["of a peer's authority in the name of our backend"] = () => Caller.Named(Providers.Beta, "xvide://alpha/mapping-backend"),
        ["that is a peer"] = () => Caller.With(Providers.Beta, "tls"),
        ["that bears our own certificate"] = () => Caller.With(Providers.Alpha, "tls"),
        ["that is no configured backend"] = () => Caller.Named(Providers.Alpha, "xvide://alpha/third-backend"),
        ["with a certificate that has ended"] = () => Caller.With(
            Providers.Alpha,
            Providers.Alpha.Pki.Issue(GatewayUri.Parse("xvide://alpha/mapping-backend"), [], CertificatePurpose.Tls, Providers.Now.AddMinutes(-30), Providers.Now.AddMinutes(-1))),
        ["with a signing certificate"] = () => Caller.Named(Providers.Alpha, "xvide://alpha/mapping-backend", CertificatePurpose.Signing),
        ["that does not send its intermediate"] = () => Caller.With(Providers.Alpha, "mapping-backend").Alone(),
    };

    private static readonly Dictionary<string, Func<Identification.IdentificationClient, Task>> MappingCalls = new()
    {
        ["bind"] = async client => await client.BindIdentityAsync(Some.Binding()),
        ["share"] = async client => await client.ShareMappingAsync(Some.Sharing(Some.Id())),
        ["share many"] = async client => await client.ShareMappings().ResponseStream.MoveNext(default),
        ["follow"] = async client => await client.GetDeliveryAsync(new GetDeliveryRequest { MappingId = Some.Id() }),
        ["look up"] = async client => await client.LookUpMappingAsync(new LookUpMappingRequest { SubjectHandle = Some.Id() }),
        ["erase"] = async client => await client.EraseIdentityAsync(new EraseIdentityRequest { BindingId = Some.Id() }),
    };

    private static readonly Dictionary<string, Func<Deidentify, Task>> MediaCalls = new()
    {
        ["image"] = async client => await client.DeidentifyImageAsync(new() { Image = ByteString.CopyFromUtf8("no image") }),
        ["stream"] = async client => await client.DeidentifyStream().ResponseStream.MoveNext(default),
    };

    public static TheoryData<string> StrangerKinds => [.. Strangers.Keys];

    public static TheoryData<string> MappingCallNames => [.. MappingCalls.Keys];

    public static TheoryData<string> MediaCallNames => [.. MediaCalls.Keys];

    private int BackendPort => provider.Alpha.Node.Listeners.BackendEndPoint.Port;

    [Theory]
    [MemberData(nameof(StrangerKinds))]
    public async Task A_caller_does_not_get_past_the_handshake(string kind) =>
        Assert.False(await Http2Wire.AdmitsAsync(Strangers[kind](), BackendPort, Providers.Alpha));

    [Theory]
    [InlineData("media-backend")]
    [InlineData("mapping-backend")]
    public async Task A_backend_gets_past_the_handshake(string name) =>
        Assert.True(await Http2Wire.AdmitsAsync(Caller.With(Providers.Alpha, name), BackendPort, Providers.Alpha));

    [Theory]
    [MemberData(nameof(MappingCallNames))]
    public async Task A_media_backend_may_call_no_mapping_service(string name)
    {
        using var channel = Backend("media-backend");

        await Refused.WithAsync(StatusCode.PermissionDenied, "ROLE_NOT_ALLOWED", () => MappingCalls[name](new Identification.IdentificationClient(channel)));
    }

    [Theory]
    [MemberData(nameof(MediaCallNames))]
    public async Task A_mapping_backend_may_call_no_media_service(string name)
    {
        using var channel = Backend("mapping-backend");

        await Refused.WithAsync(StatusCode.PermissionDenied, "ROLE_NOT_ALLOWED", () => MediaCalls[name](new Deidentify(channel)));
    }

    [Theory]
    [InlineData("media-backend")]
    [InlineData("mapping-backend")]
    public async Task A_backend_finds_neither_the_operators_service_nor_that_of_peers(string name)
    {
        using var channel = Backend(name);

        var admin = await Refused.ByAsync(async () => await new Admin.AdminClient(channel).GetStatusAsync(new GetStatusRequest()));
        var exchange = await Refused.ByAsync(async () => await new Contracts.Exchange.V1.Exchange.ExchangeClient(channel).OpenSession().ResponseStream.MoveNext(default));

        Assert.Equal((StatusCode.Unimplemented, StatusCode.Unimplemented), (admin.StatusCode, exchange.StatusCode));
    }

    [Fact]
    public async Task A_peer_finds_no_service_but_the_exchange()
    {
        using var channel = Caller.With(Providers.Beta, "tls").Open(provider.Alpha.PeerPort, Providers.Alpha);
        Func<Task>[] calls =
        [
            async () => await new Admin.AdminClient(channel).GetStatusAsync(new GetStatusRequest()),
            () => MappingCalls["bind"](new Identification.IdentificationClient(channel)),
            () => MediaCalls["image"](new Deidentify(channel)),
            async () => await new HealthClient(channel).CheckAsync(new HealthCheckRequest()),
            async () => await new ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo().ResponseStream.MoveNext(default),
        ];

        foreach (var call in calls)
        {
            Assert.Equal(StatusCode.Unimplemented, (await Refused.ByAsync(call)).StatusCode);
        }
    }

    [Theory]
    [InlineData("media-backend")]
    [InlineData("mapping-backend")]
    public async Task Every_backend_may_ask_whether_the_node_serves(string name)
    {
        using var channel = Backend(name);

        var answer = await new HealthClient(channel).CheckAsync(new HealthCheckRequest());

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, answer.Status);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void Only_the_owner_of_the_node_can_reach_the_operators_socket()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the file system has no modes");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(provider.Alpha.AdminSocket));
    }

    private GrpcChannel Backend(string name) => Caller.With(Providers.Alpha, name).Open(BackendPort, Providers.Alpha);

    /// <summary>Alpha with the peer Beta.</summary>
    public sealed class Provider : IAsyncLifetime
    {
        internal RealNode Alpha { get; } = new(Providers.Alpha);

        public async ValueTask InitializeAsync() => await Alpha.WithPeer(Providers.Beta, port: 1).WithAgreement(Some.Signed(Some.Agreement())).StartedAsync();

        public ValueTask DisposeAsync() => Alpha.DisposeAsync();
    }
}
