namespace Gateway.Exchange.Evidence;

/// <summary>
/// What happened to which message, for failures as well as successes, without identification information (requirements ).
/// Names follow ETSI EN 319 522-1.
/// </summary>
/// <param name="Name">Event name, such as <c>RelayAcceptance</c>.</param>
/// <param name="Reason">Reason code; empty for positive events.</param>
/// <param name="At">When it happened.</param>
/// <param name="Sender">Sending provider.</param>
/// <param name="Recipient">Receiving provider.</param>
/// <param name="AgreementId">Agreement, or empty.</param>
/// <param name="Sequence">Sequence in the channel, or 0; for an event of an agreement its revision.</param>
/// <param name="MessageHash">SHA-256 of the signed attributes of the message, or empty; for an event of an agreement the digest of its text.</param>
public sealed record EvidenceEvent(
    string Name,
    string Reason,
    DateTimeOffset At,
    string Sender,
    string Recipient,
    string AgreementId,
    long Sequence,
    ReadOnlyMemory<byte> MessageHash);

/// <summary>An event at its place in the chain.</summary>
/// <param name="Position">From 1 without gaps.</param>
/// <param name="Salt">16 random bytes that are hashed with the event: without them nobody can guess an event from its digest .</param>
/// <param name="Event">The event.</param>
/// <param name="PreviousHash">Hash of the event before it; 32 zero bytes before the first.</param>
/// <param name="Hash">Hash of this event, <see cref="EvidenceChain.Next(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/> of the previous hash and the event.</param>
public sealed record ChainedEvidence(
    long Position, ReadOnlyMemory<byte> Salt, EvidenceEvent Event, ReadOnlyMemory<byte> PreviousHash, ReadOnlyMemory<byte> Hash);
