using System.Threading.Channels;
using Gateway.Contracts.Identification.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Gateway.Server.Endpoints;

/// <summary>
/// Many shares on one call, answered in order. Several are on their way to the store at once, so that they share a commit; the first that is
/// refused ends the call with its code, and everything answered before it is durable.
/// </summary>
internal sealed class ShareStream(Func<ShareMappingRequest, Task<ShareMappingResponse>> share)
{
    private const int UnderwayMax = 512;

    public async Task RunAsync(
        IAsyncStreamReader<ShareMappingRequest> requests, IServerStreamWriter<ShareMappingResponse> responses, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var underway = Channel.CreateBounded<Task<ShareMappingResponse>>(UnderwayMax);
        var taking = TakeAllAsync(requests, underway.Writer, over.Token);
        try
        {
            await foreach (var answer in underway.Reader.ReadAllAsync(cancellationToken))
            {
                await responses.WriteAsync(await answer, cancellationToken);
            }
        }
        finally
        {
            await over.CancelAsync();
            await taking;
        }
    }

    private async Task TakeAllAsync(IAsyncStreamReader<ShareMappingRequest> requests, ChannelWriter<Task<ShareMappingResponse>> underway, CancellationToken cancellationToken)
    {
        try
        {
            while (await requests.MoveNext(cancellationToken))
            {
                await underway.WriteAsync(share(requests.Current), cancellationToken);
            }
        }
        catch (Exception unread) when (unread is InvalidProtocolBufferException or RpcException)
        {
            // The first is an IOException, too: taken for a client that went away, the call would end well and hide what was not read.
            underway.TryComplete(Refusal.MessageBroken());
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The call ended; what was answered is durable, the rest was not promised.
        }
        finally
        {
            underway.TryComplete();
        }
    }
}
