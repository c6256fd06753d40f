namespace Gateway.Exchange.Evidence;

/// <summary>
/// Names of evidence events, after ETSI EN 319 522-1 where it has one (requirement catalogue, section 7). Being modelled on that standard is not
/// being a trust service.
/// </summary>
public static class EventNames
{
    /// <summary>A backend handed a mapping over and it is durable (A.1).</summary>
    public const string SubmissionAcceptance = "SubmissionAcceptance";

    /// <summary>A backend's mapping was refused by agreement, purpose or consent, at once or when it was to be sealed (A.2).</summary>
    public const string SubmissionRejection = "SubmissionRejection";

    /// <summary>A message was verified and is durable at the receiver (B.1).</summary>
    public const string RelayAcceptance = "RelayAcceptance";

    /// <summary>A message was refused by the receiver (B.2).</summary>
    public const string RelayRejection = "RelayRejection";

    /// <summary>No receipt came for a message in the agreed time (B.3).</summary>
    public const string RelayFailure = "RelayFailure";

    /// <summary>A backend read mappings that were received (D.6).</summary>
    public const string ContentAccessTracking = "ContentAccessTracking";

    /// <summary>A session was refused: unknown peer, other identity.</summary>
    public const string SessionRejection = "SessionRejection";

    /// <summary>A channel of a session was refused: no agreement in force, or another text of it.</summary>
    public const string ChannelRejection = "ChannelRejection";

    /// <summary>A receipt did not hold.</summary>
    public const string ReceiptRejection = "ReceiptRejection";

    /// <summary>A peer was asked to erase a mapping.</summary>
    public const string ErasureRequested = "ErasureRequested";

    /// <summary>Mappings were destroyed because their time was over.</summary>
    public const string DestructionOnExpiry = "DestructionOnExpiry";

    /// <summary>Sender and receiver of a channel stated, each under its signature, that their ledgers agree .</summary>
    public const string LedgerAgreement = "LedgerAgreement";

    /// <summary>The two ledgers of a channel differ; the sequence is the first differing position.</summary>
    public const string LedgerDifference = "LedgerDifference";

    /// <summary>A channel ended and both sides stated the same last message .</summary>
    public const string ChannelEnd = "ChannelEnd";

    /// <summary>A channel ended and the receiver does not hold what the sender sealed last.</summary>
    public const string ChannelTruncation = "ChannelTruncation";

    /// <summary>A receiver signed that one sequence or message id came with two contents.</summary>
    public const string MessageContradiction = "MessageContradiction";
}
