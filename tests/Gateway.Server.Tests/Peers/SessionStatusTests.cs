using Gateway.Exchange.Delivery;
using Gateway.Exchange.Inbox;
using Gateway.Server.Endpoints;
using Grpc.Core;

namespace Gateway.Server.Tests.Peers;

public sealed class SessionStatusTests
{
    [Theory]
    [InlineData(SessionEnd.Drained, null, null)]
    [InlineData(SessionEnd.Superseded, null, null)]
    [InlineData(SessionEnd.Broken, StatusCode.Aborted, "SESSION_BROKEN")]
    [InlineData(SessionEnd.Silent, StatusCode.DeadlineExceeded, "SILENT")]
    [InlineData(SessionEnd.Untrustworthy, StatusCode.InvalidArgument, "PROTOCOL_BROKEN")]
    [InlineData(SessionEnd.TooManyRefusals, StatusCode.ResourceExhausted, "TOO_MANY_REFUSALS")]
    [InlineData(SessionEnd.TooManyFrames, StatusCode.ResourceExhausted, "TOO_MANY_FRAMES")]
    public void Only_a_session_that_its_sender_ended_or_moved_ends_well(SessionEnd end, StatusCode? status, string? code)
    {
        var thrown = SessionStatus.Of(AdmissionOutcome.Admitted, end, hasSentTooMuch: false);

        Assert.Equal((status, code), (thrown?.StatusCode, thrown?.Trailers.GetValue(Refusal.CodeTrailer)));
    }

    [Fact]
    public void No_session_that_was_not_admitted_ends_well() => Assert.All(
        Enum.GetValues<AdmissionOutcome>().Where(outcome => outcome != AdmissionOutcome.Admitted),
        outcome => Assert.NotNull(SessionStatus.Of(outcome, null, hasSentTooMuch: false)));
}
