using Gateway.Exchange.Delivery;
using Gateway.Exchange.Inbox;
using Grpc.Core;

namespace Gateway.Server.Endpoints;

/// <summary>The status a session of a peer ends with. Only one that was ended as the protocol has it ends well.</summary>
internal static class SessionStatus
{
    /// <summary>What is thrown for a session; null when it ended well.</summary>
    /// <param name="admission">Whether it was admitted.</param>
    /// <param name="end">How it ended, when it was.</param>
    /// <param name="hasSentTooMuch">A frame claimed more bytes than a frame may have.</param>
    public static RpcException? Of(AdmissionOutcome admission, SessionEnd? end, bool hasSentTooMuch) => admission switch
    {
        AdmissionOutcome.Admitted => Of(end, hasSentTooMuch),
        AdmissionOutcome.NotUnderstood => Refusal.ToPeer(StatusCode.FailedPrecondition, "NOT_UNDERSTOOD"),
        AdmissionOutcome.TooManyRefusals => Refusal.ToPeer(StatusCode.ResourceExhausted, "TOO_MANY_REFUSALS"),
        AdmissionOutcome.TooManySessions => Refusal.ToPeer(StatusCode.ResourceExhausted, "TOO_MANY_SESSIONS"),
        AdmissionOutcome.Stopping => Refusal.ToPeer(StatusCode.Unavailable, "UNAVAILABLE"),
        _ => Refusal.ToPeer(StatusCode.Unauthenticated, "NOT_AUTHENTICATED"),
    };

    private static RpcException? Of(SessionEnd? end, bool hasSentTooMuch) => end switch
    {
        // What was taken of a superseded session is answered; its sender goes on with the newer one.
        SessionEnd.Drained or SessionEnd.Superseded => null,
        SessionEnd.Untrustworthy when hasSentTooMuch => Refusal.ToPeer(StatusCode.ResourceExhausted, "EXCHANGE_FRAME_TOO_LARGE"),
        SessionEnd.Untrustworthy => Refusal.ToPeer(StatusCode.InvalidArgument, "PROTOCOL_BROKEN"),
        SessionEnd.TooManyRefusals => Refusal.ToPeer(StatusCode.ResourceExhausted, "TOO_MANY_REFUSALS"),
        SessionEnd.TooManyFrames => Refusal.ToPeer(StatusCode.ResourceExhausted, "TOO_MANY_FRAMES"),
        SessionEnd.Silent => Refusal.ToPeer(StatusCode.DeadlineExceeded, "SILENT"),

        // Cut off in the middle: a sender that still hears it opens another session and resumes there.
        _ => Refusal.ToPeer(StatusCode.Aborted, "SESSION_BROKEN"),
    };
}
