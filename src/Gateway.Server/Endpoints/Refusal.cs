using Grpc.Core;

namespace Gateway.Server.Endpoints;

/// <summary>
/// A refusal as it leaves the node: a gRPC status, a stable code in the trailer <c>gateway-code</c>, and one sentence with a remedy for our
/// own backends. It carries nothing internal: no path, no identifier, no stack trace.
/// </summary>
internal static class Refusal
{
    public const string CodeTrailer = "gateway-code";

    public static RpcException Of(StatusCode status, string code, string sentence) =>
        new(new Status(status, $"{code}: {sentence}"), new Metadata { { CodeTrailer, code } });

    public static RpcException Invalid(string code, string sentence) => Of(StatusCode.InvalidArgument, code, sentence);

    public static RpcException NotReady(string code, string sentence) => Of(StatusCode.FailedPrecondition, code, sentence);

    public static RpcException Busy(string code, string sentence) => Of(StatusCode.ResourceExhausted, code, sentence);

    /// <summary>What was read is no message. The framework's own refusal would have no code.</summary>
    public static RpcException MessageBroken() =>
        Invalid("MESSAGE_BROKEN", "a message could not be read: it is cut, too large, or none of this service");

    /// <summary>What a peer gets: the code and nothing else.</summary>
    public static RpcException ToPeer(StatusCode status, string code) =>
        new(new Status(status, code), new Metadata { { CodeTrailer, code } });
}
