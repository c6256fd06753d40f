using Gateway.Contracts.Exchange.V1;
using Gateway.Sealing.Certificates;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Inbox;

internal static partial class Log
{
    [LoggerMessage(EventId = 3201, EventName = "MessageRejected", Level = LogLevel.Warning, Message = "Message {Sequence} of {Peer} under {AgreementId} was refused with {Code}: {Detail}")]
    public static partial void MessageRejected(this ILogger log, GatewayUri peer, string agreementId, long sequence, RefusalCode code, string detail);

    [LoggerMessage(EventId = 3202, EventName = "StoreUnavailable", Level = LogLevel.Error, Message = "The store keeps nothing at the moment: {Reason}")]
    public static partial void StoreUnavailable(this ILogger log, string reason);

    [LoggerMessage(EventId = 3203, EventName = "PeerDoesNotRead", Level = LogLevel.Warning, Message = "Peer {Peer} did not read for too long; the session ends")]
    public static partial void PeerDoesNotRead(this ILogger log, GatewayUri peer);

    [LoggerMessage(EventId = 3204, EventName = "SessionRefused", Level = LogLevel.Warning, Message = "A session of {Identity} was refused: {Outcome}")]
    public static partial void SessionRefused(this ILogger log, GatewayUri identity, AdmissionOutcome outcome);

    [LoggerMessage(EventId = 3205, EventName = "InboundSessionOpened", Level = LogLevel.Information, Message = "Peer {Peer} opened a session on {Channels} channels")]
    public static partial void InboundSessionOpened(this ILogger log, GatewayUri peer, int channels);

    [LoggerMessage(EventId = 3206, EventName = "InboundSessionEnded", Level = LogLevel.Information, Message = "The session of {Peer} ended: {End}")]
    public static partial void InboundSessionEnded(this ILogger log, GatewayUri peer, Delivery.SessionEnd end);

    [LoggerMessage(EventId = 3208, EventName = "EvidenceDropped", Level = LogLevel.Error, Message = "Evidence of {Count} refusals or failures is missing: the store kept nothing and no more could wait; make room for it")]
    public static partial void EvidenceDropped(this ILogger log, long count);

    [LoggerMessage(EventId = 3209, EventName = "VolumeExceeded", Level = LogLevel.Warning, Message = "Peer {Peer} issued more mappings under {AgreementId} on one day than agreed; its channel waits until both parties sign a revision with a higher mappingsPerDay, or the peer sends less")]
    public static partial void VolumeExceeded(this ILogger log, GatewayUri peer, string agreementId);

    [LoggerMessage(EventId = 3207, EventName = "ChannelRejected", Level = LogLevel.Warning, Message = "A channel of {Peer} under {AgreementId} was refused: {Fault}")]
    public static partial void ChannelRejected(this ILogger log, GatewayUri peer, string agreementId, string fault);
}
