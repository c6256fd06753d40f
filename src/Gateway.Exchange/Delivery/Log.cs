using Gateway.Contracts.Exchange.V1;
using Gateway.Sealing.Certificates;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Delivery;

internal static partial class Log
{
    [LoggerMessage(EventId = 3101, EventName = "SessionBroke", Level = LogLevel.Information, Message = "Session with {Peer} broke: {Fault}")]
    public static partial void SessionBroke(this ILogger log, GatewayUri peer, string fault);

    [LoggerMessage(EventId = 3102, EventName = "PeerSilent", Level = LogLevel.Information, Message = "Peer {Peer} was silent too long")]
    public static partial void PeerSilent(this ILogger log, GatewayUri peer);

    [LoggerMessage(EventId = 3103, EventName = "MessageRefused", Level = LogLevel.Warning, Message = "Peer {Peer} refused message {Sequence} under {AgreementId} with {Code}")]
    public static partial void MessageRefused(this ILogger log, GatewayUri peer, string agreementId, long sequence, RefusalCode code);

    [LoggerMessage(EventId = 3104, EventName = "AgreementsChanged", Level = LogLevel.Information, Message = "The agreements in force with {Peer} changed; the session makes way for a new one")]
    public static partial void AgreementsChanged(this ILogger log, GatewayUri peer);

    [LoggerMessage(EventId = 3105, EventName = "ChannelBlocked", Level = LogLevel.Error, Message = "The channel to {Peer} under {AgreementId} is blocked: message {Sequence} was refused; an operator has to act, it is tried again on the next session")]
    public static partial void ChannelBlocked(this ILogger log, GatewayUri peer, string agreementId, long sequence);

    [LoggerMessage(EventId = 3106, EventName = "ReceiptRejected", Level = LogLevel.Error, Message = "A receipt of {Peer} for message {Sequence} under {AgreementId} does not hold: {Reason}")]
    public static partial void ReceiptRejected(this ILogger log, string peer, string agreementId, long sequence, string reason);

    [LoggerMessage(EventId = 3107, EventName = "SessionOpened", Level = LogLevel.Information, Message = "Session with {Peer} is up on {Channels} channels")]
    public static partial void SessionOpened(this ILogger log, GatewayUri peer, int channels);

    [LoggerMessage(EventId = 3108, EventName = "PeerUnreachable", Level = LogLevel.Information, Message = "Peer {Peer} cannot be reached: {Fault}")]
    public static partial void PeerUnreachable(this ILogger log, GatewayUri peer, string fault);

    [LoggerMessage(EventId = 3109, EventName = "LinkParked", Level = LogLevel.Error, Message = "The link to {Peer} is parked: {Fault}; an operator has to act")]
    public static partial void LinkParked(this ILogger log, GatewayUri peer, string fault);

    [LoggerMessage(EventId = 3110, EventName = "StatesContradict", Level = LogLevel.Error, Message = "Peer {Peer} and this node contradict each other about the channel under {AgreementId}: one of the two stores was set back; an operator has to act")]
    public static partial void StatesContradict(this ILogger log, GatewayUri peer, string agreementId);

    [LoggerMessage(EventId = 3111, EventName = "ChannelRefused", Level = LogLevel.Warning, Message = "Peer {Peer} refused the channel under {AgreementId} with {Code}")]
    public static partial void ChannelRefused(this ILogger log, GatewayUri peer, string agreementId, RefusalCode code);

    [LoggerMessage(EventId = 3112, EventName = "SessionEnded", Level = LogLevel.Information, Message = "Session with {Peer} ended: {End}")]
    public static partial void SessionEnded(this ILogger log, GatewayUri peer, SessionEnd end);

    [LoggerMessage(EventId = 3113, EventName = "OutboxUnavailable", Level = LogLevel.Error, Message = "Delivery to {Peer} pauses, the store keeps nothing at the moment: {Reason}")]
    public static partial void StoreUnavailable(this ILogger log, GatewayUri peer, string reason);

    [LoggerMessage(EventId = 3114, EventName = "AnswerToNothing", Level = LogLevel.Error, Message = "Peer {Peer} answered a message that was never sent; the session ends")]
    public static partial void AnswerToNothing(this ILogger log, GatewayUri peer);

    [LoggerMessage(EventId = 3115, EventName = "NothingAgreed", Level = LogLevel.Warning, Message = "There is no agreement in force with {Peer}; nothing is sent until there is one")]
    public static partial void NothingAgreed(this ILogger log, GatewayUri peer);

    [LoggerMessage(EventId = 3116, EventName = "LinkFailed", Level = LogLevel.Critical, Message = "The link to {Peer} met an error nobody foresaw")]
    public static partial void LinkFailed(this ILogger log, GatewayUri peer, Exception exception);

    [LoggerMessage(EventId = 3117, EventName = "RelayFailed", Level = LogLevel.Error, Message = "No receipt of {Recipient} came in the agreed time for message {Sequence} under {AgreementId}; it is still sent on")]
    public static partial void RelayFailed(this ILogger log, string recipient, string agreementId, long sequence);

    [LoggerMessage(EventId = 3119, EventName = "SessionHandedOver", Level = LogLevel.Information, Message = "Session with {Peer} goes on over a new connection after a pause of {Pause}")]
    public static partial void SessionHandedOver(this ILogger log, GatewayUri peer, TimeSpan pause);

    [LoggerMessage(EventId = 3120, EventName = "HandOverFailed", Level = LogLevel.Information, Message = "Session with {Peer} could not be handed over: {Fault}; it is finished and opened again")]
    public static partial void HandOverFailed(this ILogger log, GatewayUri peer, string fault);

    [LoggerMessage(EventId = 3121, EventName = "AnswerOverdue", Level = LogLevel.Warning, Message = "Peer {Peer} is alive and did not answer a message for {Age}; the session ends and what has no receipt is sent again")]
    public static partial void AnswerOverdue(this ILogger log, GatewayUri peer, TimeSpan age);

    [LoggerMessage(EventId = 3122, EventName = "WatchFailed", Level = LogLevel.Critical, Message = "The watch over receipts met an error nobody foresaw, {Error}; it looks again in a minute")]
    public static partial void WatchFailed(this ILogger log, string error);

    [LoggerMessage(EventId = 3190, EventName = "NothingSent", Level = LogLevel.Error, Message = "Mappings for {Recipient} under {AgreementId} wait longer than agreed to be sent; see the link to that peer")]
    public static partial void NothingSent(this ILogger log, string recipient, string agreementId);

    [LoggerMessage(EventId = 3118, EventName = "WatchDelayed", Level = LogLevel.Warning, Message = "The watch over receipts waits, the store keeps nothing at the moment: {Reason}")]
    public static partial void WatchDelayed(this ILogger log, StoreUnavailableReason reason);
}
