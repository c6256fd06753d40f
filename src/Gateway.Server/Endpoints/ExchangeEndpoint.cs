using Gateway.Contracts.Exchange.V1;
using Gateway.Exchange;
using Gateway.Exchange.Delivery;
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

        if (!paces.MayOpenSession(identity))
        {
            throw Refusal.ToPeer(StatusCode.ResourceExhausted, "TOO_MANY_SESSIONS");
        }

        try
        {
            var caller = new GrpcCaller(requestStream, responseStream, identity, paces);
            var (admission, end) = await sessions.RunAsync(identity, caller, context.CancellationToken);
            Conclude(admission, end, caller.HasSentTooMuch);
        }
        catch (StoreUnavailableException)
        {
            throw Refusal.ToPeer(StatusCode.Unavailable, "UNAVAILABLE");
        }
    }

    private static void Conclude(AdmissionOutcome admission, SessionEnd? end, bool hasSentTooMuch)
    {
        switch (admission)
        {
            case AdmissionOutcome.Admitted:
                break;
            case AdmissionOutcome.NotUnderstood:
                throw Refusal.ToPeer(StatusCode.FailedPrecondition, "NOT_UNDERSTOOD");
            case AdmissionOutcome.TooManyRefusals:
                throw Refusal.ToPeer(StatusCode.ResourceExhausted, "TOO_MANY_REFUSALS");
            case AdmissionOutcome.Stopping:
                throw Refusal.ToPeer(StatusCode.Unavailable, "UNAVAILABLE");
            default:
                throw Refusal.ToPeer(StatusCode.Unauthenticated, "NOT_AUTHENTICATED");
        }

        switch (end)
        {
            case SessionEnd.Untrustworthy when hasSentTooMuch:
                throw Refusal.ToPeer(StatusCode.ResourceExhausted, "EXCHANGE_FRAME_TOO_LARGE");
            case SessionEnd.Untrustworthy:
                throw Refusal.ToPeer(StatusCode.InvalidArgument, "PROTOCOL_BROKEN");
            case SessionEnd.TooManyRefusals:
                throw Refusal.ToPeer(StatusCode.ResourceExhausted, "TOO_MANY_REFUSALS");
            case SessionEnd.TooManyFrames:
                throw Refusal.ToPeer(StatusCode.ResourceExhausted, "TOO_MANY_FRAMES");
            case SessionEnd.Silent:
                throw Refusal.ToPeer(StatusCode.DeadlineExceeded, "SILENT");
            default:
                break;
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
