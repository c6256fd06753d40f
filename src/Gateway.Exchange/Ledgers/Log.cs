using Gateway.Sealing.Certificates;
using Microsoft.Extensions.Logging;

namespace Gateway.Exchange.Ledgers;

internal static partial class Log
{
    [LoggerMessage(EventId = 3301, EventName = "LedgersDiffer", Level = LogLevel.Error, Message = "The ledgers of the channel from {Sender} to {Recipient} under {AgreementId} differ from position {Position} on; both signed statements are kept, an operator has to act")]
    public static partial void LedgersDiffer(this ILogger log, string sender, string recipient, string agreementId, long position);

    [LoggerMessage(EventId = 3302, EventName = "ChannelTruncated", Level = LogLevel.Error, Message = "The channel from {Sender} to {Recipient} under {AgreementId} ended at message {SealedLast} of the sender, the receiver holds {KeptLast}; the signed statements of both are kept")]
    public static partial void ChannelTruncated(this ILogger log, string sender, string recipient, string agreementId, long sealedLast, long keptLast);

    [LoggerMessage(EventId = 3303, EventName = "ChannelEnded", Level = LogLevel.Information, Message = "The channel from {Sender} to {Recipient} under {AgreementId} ended whole at message {Last}")]
    public static partial void ChannelEnded(this ILogger log, string sender, string recipient, string agreementId, long last);

    [LoggerMessage(EventId = 3304, EventName = "StatementRejected", Level = LogLevel.Error, Message = "A statement of {Peer} does not hold: {Reason}")]
    public static partial void StatementRejected(this ILogger log, GatewayUri peer, string reason);

    [LoggerMessage(EventId = 3305, EventName = "ContradictionSigned", Level = LogLevel.Error, Message = "Message {Sequence} of the channel from {Sender} to {Recipient} under {AgreementId} came with two contents; the receiver's signed statement is kept, an operator has to act")]
    public static partial void ContradictionSigned(this ILogger log, string sender, string recipient, string agreementId, long sequence);

    [LoggerMessage(EventId = 3306, EventName = "LedgerUnanswered", Level = LogLevel.Warning, Message = "Peer {Peer} did not answer the last statement of the ledger under {AgreementId}; it is asked again")]
    public static partial void LedgerUnanswered(this ILogger log, GatewayUri peer, string agreementId);
}
