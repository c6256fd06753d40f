using Gateway.Contracts.Exchange.V1;
using Grpc.Core;

namespace Gateway.Server.Conformance;

/// <summary>Words for what a peer answers; the same words stand in the expectations.</summary>
internal static class Came
{
    public const string Welcome = "welcome";
    public const string Receipt = "receipt";
    public const string ReceiptThatHolds = "receipt that holds";
    public const string OriginalReceipt = "receipt, the original bytes";
    public const string Heartbeat = "heartbeat";
    public const string EndedWell = "end";
    public const string Nothing = "nothing in time";
    public const string NoConnection = "no connection";
    public const string NotOffered = "not offered in Welcome";

    public static string Refused(RefusalCode code) => $"refused {code}";

    public static string Ended(StatusCode status) => $"end {status}";

    public static string Of(ReceiverFrame frame) => frame.FrameCase switch
    {
        ReceiverFrame.FrameOneofCase.Refused => Refused(frame.Refused.Code),
        _ => frame.FrameCase.ToString().ToLowerInvariant(),
    };
}
