using Grpc.Core;
using Wire = Gateway.Contracts.Deidentification.V1;

namespace Gateway.Server.Endpoints;

/// <summary>
/// The media service with its stream bound to messages of our own: the wire is the same, but a frame is read into pooled memory that is
/// zeroed after use. The generated message would put every frame into a new array on the large object heap, and leave it there uncleared.
/// </summary>
[BindServiceMethod(typeof(FrameStreamBinding), nameof(FrameStreamBinding.BindService))]
internal abstract class FrameStreamService : Wire.Deidentification.DeidentificationBase
{
    /// <summary>As in the generated base. The framework looks only at methods that this class declares: one of these for every unary method.</summary>
    public abstract new Task<Wire.DeidentifyImageResponse> DeidentifyImage(Wire.DeidentifyImageRequest request, ServerCallContext context);

    /// <inheritdoc cref="DeidentifyImage"/>
    public abstract new Task<Wire.ExplainResponse> Explain(Wire.ExplainRequest request, ServerCallContext context);

    /// <summary>As the method of that name in the generated base.</summary>
    public abstract Task DeidentifyStream(IAsyncStreamReader<FrameRequest> requestStream, IServerStreamWriter<FrameResponse> responseStream, ServerCallContext context);
}

/// <summary>Binds the methods of the service; the framework finds it by name.</summary>
internal static class FrameStreamBinding
{
    public static void BindService(ServiceBinderBase serviceBinder, FrameStreamService? service) =>
        Wire.Deidentification.BindService(new Binder(serviceBinder, service), service!);

    /// <summary>Passes every method of the generated service on, so that a new one needs nothing here, and exchanges one.</summary>
    private sealed class Binder(ServiceBinderBase inner, FrameStreamService? service) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            inner.AddMethod(method, handler);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
            inner.AddMethod(method, handler);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
            inner.AddMethod(method, handler);

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        {
            if (method.Name != nameof(FrameStreamService.DeidentifyStream))
            {
                inner.AddMethod(method, handler);
                return;
            }

            inner.AddMethod(
                new Method<FrameRequest, FrameResponse>(method.Type, method.ServiceName, method.Name, FrameRequest.Marshaller, FrameResponse.Marshaller),
                service is null ? null : new DuplexStreamingServerMethod<FrameRequest, FrameResponse>(service.DeidentifyStream));
        }
    }
}
