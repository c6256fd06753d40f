using Gateway.Contracts.Exchange.V1;

namespace Gateway.Exchange.Evidence;

/// <summary>
/// Names of evidence events, after ETSI EN 319 522-1 where it has one (requirement catalogue, section 7). Being modelled on that standard is not
/// being a trust service.
/// </summary>
/// <remarks>What is not here does not happen in this node: deploy/exchange-evidence.md lists every event of the standard and why it has no counterpart.</remarks>
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

    /// <summary>A verified message could not be kept: there is no receipt for it, and the sender sends it again (D.2).</summary>
    public const string ContentConsignmentFailure = "ContentConsignmentFailure";

    /// <summary>A backend read mappings that were received, or had one of them proved (D.6).</summary>
    public const string ContentAccessTracking = "ContentAccessTracking";

    /// <summary>A session was refused, or ended by the receiver: unknown peer, other identity, broken protocol, more refusals or frames than a peer may have.</summary>
    public const string SessionRejection = "SessionRejection";

    /// <summary>A channel of a session was refused: no agreement in force, or another text of it.</summary>
    public const string ChannelRejection = "ChannelRejection";

    /// <summary>A receipt did not hold.</summary>
    public const string ReceiptRejection = "ReceiptRejection";

    /// <summary>A peer was asked to erase a mapping.</summary>
    public const string ErasureRequested = "ErasureRequested";

    /// <summary>A message of a peer erased mappings, and they are destroyed here.</summary>
    public const string ErasureCompleted = "ErasureCompleted";

    /// <summary>A message of a peer suspended mappings: they are kept and cannot be read.</summary>
    public const string MappingSuspended = "MappingSuspended";

    /// <summary>A message of a peer revoked mappings: they cannot be read any more.</summary>
    public const string MappingRevoked = "MappingRevoked";

    /// <summary>What a mapping said about a person was wrong; a version replaces it. Sender: it is on its way. Receiver: the old one is destroyed.</summary>
    public const string MappingCorrected = "MappingCorrected";

    /// <summary>Two pseudonyms turned out to be one person; mappings of one carry the other, at sender and receiver as above.</summary>
    public const string MappingMerged = "MappingMerged";

    /// <summary>One pseudonym turned out to be two persons; some of its mappings carry another, at sender and receiver as above.</summary>
    public const string MappingSplit = "MappingSplit";

    /// <summary>A message of a peer changed mappings that are not here, or not any more: nothing was changed, and the peer does not hear of it.</summary>
    public const string MappingChangeRejection = "MappingChangeRejection";

    /// <summary>An agreement is in force from here on; with its revision and the digest of its text.</summary>
    public const string AgreementActivated = "AgreementActivated";

    /// <summary>An agreement is no longer in force: its time is over, or it was taken away.</summary>
    public const string AgreementEnded = "AgreementEnded";

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

    /// <summary>The event of a message that brings mappings in a state, or null when the state is no news.</summary>
    public static string? OfState(MappingState state) => state switch
    {
        MappingState.Suspended => MappingSuspended,
        MappingState.Revoked => MappingRevoked,
        MappingState.Erased => ErasureCompleted,
        _ => null,
    };

    /// <summary>The event of a change, or null when there is none.</summary>
    public static string? OfChange(MappingChange change) => change switch
    {
        MappingChange.Corrected => MappingCorrected,
        MappingChange.Merged => MappingMerged,
        MappingChange.Split => MappingSplit,
        _ => null,
    };
}
