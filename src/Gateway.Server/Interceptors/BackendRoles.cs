using Gateway.Sealing.Certificates;
using Gateway.Server.Configuration;
using Gateway.Server.Endpoints;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Gateway.Server.Interceptors;

/// <summary>
/// Decides by the certificate what a backend may call: a media backend no mapping service, a mapping backend no media service. What
/// no rule allows is refused.
/// </summary>
internal sealed class BackendRoles(IReadOnlyDictionary<GatewayUri, BackendRole> backends, ILogger<BackendRoles> log) : Interceptor
{
    private static readonly string[] Everybody = ["/grpc.health.v1.Health/", "/grpc.reflection.v1.ServerReflection/", "/grpc.reflection.v1alpha.ServerReflection/"];

    private static readonly Dictionary<BackendRole, string> Own = new()
    {
        [BackendRole.Media] = "/gateway.deidentification.v1.Deidentification/",
        [BackendRole.Mapping] = "/gateway.identification.v1.Identification/",
    };

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Require(context);
        return continuation(request, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Require(context);
        return continuation(request, responseStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Require(context);
        return continuation(requestStream, responseStream, context);
    }

    private void Require(ServerCallContext context)
    {
        var certificate = context.GetHttpContext().Connection.ClientCertificate;
        var caller = certificate is null ? null : SubjectUri.Of(certificate);
        if (caller is null || !backends.TryGetValue(caller, out var role))
        {
            Refuse(caller?.ToString() ?? "unnamed", context, StatusCode.Unauthenticated, "BACKEND_UNKNOWN", "this certificate belongs to no configured backend");
        }
        else if (!Allows(role, context.Method))
        {
            Refuse(caller.ToString(), context, StatusCode.PermissionDenied, "ROLE_NOT_ALLOWED", "this backend has another role; media and mappings use different identities");
        }
    }

    private static bool Allows(BackendRole role, string method) =>
        Everybody.Append(Own[role]).Any(service => method.StartsWith(service, StringComparison.Ordinal));

    private void Refuse(string backend, ServerCallContext context, StatusCode status, string code, string sentence)
    {
        log.BackendRefused(backend, context.Method, code);
        throw Refusal.Of(status, code, sentence);
    }
}
