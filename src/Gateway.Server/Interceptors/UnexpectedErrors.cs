using Gateway.Server.Endpoints;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Gateway.Server.Interceptors;

/// <summary>
/// The edge of the process: whatever no handler expected becomes INTERNAL with a stable code and a number to look for in the log. Without it
/// the framework would answer UNKNOWN with the exception's type name.
/// </summary>
internal sealed class UnexpectedErrors(ILogger<UnexpectedErrors> log) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception unexpected) when (IsUnexpected(unexpected, context))
        {
            throw Hide(unexpected, context);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception unexpected) when (IsUnexpected(unexpected, context))
        {
            throw Hide(unexpected, context);
        }
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream,
        IServerStreamWriter<TResponse> responseStream,
        ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(requestStream, responseStream, context);
        }
        catch (Exception unexpected) when (IsUnexpected(unexpected, context))
        {
            throw Hide(unexpected, context);
        }
    }

    // A caller who went away is no error of ours; what a handler refused on purpose is already fit to leave.
    private static bool IsUnexpected(Exception exception, ServerCallContext context) =>
        exception is not RpcException && !context.CancellationToken.IsCancellationRequested;

    private RpcException Hide(Exception unexpected, ServerCallContext context)
    {
        log.Unexpected(context.Method, unexpected.GetType().Name, unexpected);
        return Refusal.Of(StatusCode.Internal, "INTERNAL_ERROR", "the node failed at this request; its log says more");
    }
}
