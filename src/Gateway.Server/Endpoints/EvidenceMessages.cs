using Gateway.Contracts.Admin.V1;
using Gateway.Exchange.Evidence;
using Google.Protobuf;
using EvidencePart = Gateway.Exchange.Evidence.EvidencePart;
using Wire = Gateway.Contracts.Admin.V1;

namespace Gateway.Server.Endpoints;

/// <summary>Evidence on the operator's wire, both ways.</summary>
internal static class EvidenceMessages
{
    public static EvidenceSelection ToSelection(ExportEvidenceRequest request) => new(
        (long)Math.Min(request.FromPosition, long.MaxValue),
        request.FromMs == 0 ? DateTimeOffset.MinValue : DateTimeOffset.FromUnixTimeMilliseconds(Bounded(request.FromMs)),
        request.ToMs == 0 ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeMilliseconds(Bounded(request.ToMs)),
        request.AgreementId);

    public static Wire.EvidencePart ToMessage(EvidencePart part) => part switch
    {
        { Shown: { } shown } => new Wire.EvidencePart { Event = ToMessage(shown) },
        { Omitted: var (position, digest) } => new Wire.EvidencePart
        {
            Omitted = new OmittedEvent { Position = (ulong)position, Digest = UnsafeByteOperations.UnsafeWrap(digest) },
        },
        _ => new Wire.EvidencePart { Checkpoint = UnsafeByteOperations.UnsafeWrap(part.Checkpoint) },
    };

    public static EvidencePart FromMessage(Wire.EvidencePart part) => part.PartCase switch
    {
        Wire.EvidencePart.PartOneofCase.Event => new EvidencePart(FromMessage(part.Event), null, null),
        Wire.EvidencePart.PartOneofCase.Omitted => new EvidencePart(null, ((long)part.Omitted.Position, part.Omitted.Digest.ToByteArray()), null),
        _ => new EvidencePart(null, null, part.Checkpoint.ToByteArray()),
    };

    public static Wire.KeptStatement ToMessage(Gateway.Exchange.Ledgers.KeptStatement statement) => new()
    {
        Sender = statement.Channel.Sender,
        Recipient = statement.Channel.Recipient,
        AgreementId = statement.Channel.AgreementId,
        Kind = (StatementKind)statement.Kind,
        Issuer = statement.Issuer,
        Sequence = (ulong)statement.Sequence,
        KeptAtMs = statement.At.ToUnixTimeMilliseconds(),
        Signed = UnsafeByteOperations.UnsafeWrap(statement.Signed),
    };

    private static long Bounded(long milliseconds) =>
        Math.Clamp(milliseconds, DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());

    private static Wire.EvidenceEvent ToMessage(ChainedEvidence evidence) => new()
    {
        Position = (ulong)evidence.Position,
        Event = evidence.Event.Name,
        Reason = evidence.Event.Reason,
        AtMs = evidence.Event.At.ToUnixTimeMilliseconds(),
        Sender = evidence.Event.Sender,
        Recipient = evidence.Event.Recipient,
        AgreementId = evidence.Event.AgreementId,
        Sequence = (ulong)evidence.Event.Sequence,
        MessageHash = ByteString.CopyFrom(evidence.Event.MessageHash.Span),
        PreviousHash = ByteString.CopyFrom(evidence.PreviousHash.Span),
        Hash = ByteString.CopyFrom(evidence.Hash.Span),
        Salt = ByteString.CopyFrom(evidence.Salt.Span),
    };

    private static ChainedEvidence FromMessage(Wire.EvidenceEvent message) => new(
        (long)message.Position,
        message.Salt.Memory,
        new Gateway.Exchange.Evidence.EvidenceEvent(
            message.Event,
            message.Reason,
            DateTimeOffset.FromUnixTimeMilliseconds(message.AtMs),
            message.Sender,
            message.Recipient,
            message.AgreementId,
            (long)message.Sequence,
            message.MessageHash.Memory),
        message.PreviousHash.Memory,
        message.Hash.Memory);
}
