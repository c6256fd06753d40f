using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange;
using Gateway.Exchange.Inbox;
using Gateway.Sealing.Certificates;
using Gateway.Server.Listeners;
using Google.Protobuf;
using Grpc.Core;

namespace Gateway.Server.Endpoints;

/// <summary>Sessions of peers on the wire. A peer learns a code and nothing else.</summary>
internal sealed class ExchangeEndpoint(InboundSessions sessions, PeerPaces paces) : Contracts.Exchange.V1.Exchange.ExchangeBase
{
    public override async Task OpenSession(IAsyncStreamReader<SenderFrame> requestStream, IServerStreamWriter<ReceiverFrame> responseStream, ServerCallContext context)
    {
        var certificate = context.GetHttpContext().Connection.ClientCertificate;
        var identity = certificate is null ? null : SubjectUri.Of(certificate);
        if (identity is null)
        {
            throw Refusal.ToPeer(StatusCode.Unauthenticated, "NOT_AUTHENTICATED");
        }

        if (await EndAsync(identity, new GrpcCaller(requestStream, responseStream, identity, paces), context.CancellationToken) is { } status)
        {
            throw status;
        }
    }

    private async Task<RpcException?> EndAsync(GatewayUri identity, GrpcCaller caller, CancellationToken cancellationToken)
    {
        if (!paces.MayOpenSession(identity))
        {
            return SessionStatus.Of(await sessions.RefuseTooManyAsync(identity), null, false);
        }

        try
        {
            var (admission, end) = await sessions.RunAsync(identity, caller, cancellationToken);
            return SessionStatus.Of(admission, end, caller.HasSentTooMuch);
        }
        catch (StoreUnavailableException)
        {
            return Refusal.ToPeer(StatusCode.Unavailable, "UNAVAILABLE");
        }
    }

    private sealed class GrpcCaller(IAsyncStreamReader<SenderFrame> requests, IServerStreamWriter<ReceiverFrame> responses, GatewayUri peer, PeerPaces paces) : IPeerCaller
    {
        /// <summary>True when a frame claimed more bytes than a frame may have.</summary>
        public bool HasSentTooMuch { get; private set; }

        public async Task<SenderFrame?> ReadAsync(CancellationToken cancellationToken)
        {
            try
            {
                if (!await requests.MoveNext(cancellationToken))
                {
                    return null;
                }

                if (requests.Current.Message is { } message)
                {
                    await paces.WaitAsync(peer, message.Sealed.Length, cancellationToken);
                }

                return requests.Current;
            }
            catch (Exception unread) when (unread is InvalidProtocolBufferException or RpcException)
            {
                HasSentTooMuch |= unread is RpcException { StatusCode: StatusCode.ResourceExhausted };

                // The first is an IOException, too: taken for a connection that broke, the call would end well and the peer would send it again.
                throw new InvalidDataException("A frame of the peer could not be read.", unread);
            }
        }

        public Task WriteAsync(ReceiverFrame frame, CancellationToken cancellationToken) => responses.WriteAsync(frame, cancellationToken);
    }
}
