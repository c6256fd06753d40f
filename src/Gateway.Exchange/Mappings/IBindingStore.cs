using Gateway.Exchange.Evidence;
using Gateway.Exchange.Outbox;

namespace Gateway.Exchange.Mappings;

/// <summary>One binding of a subject handle to an identity reference.</summary>
/// <param name="BindingId">16 random bytes.</param>
/// <param name="HandleDigest">Keyed digest of the subject handle, 32 bytes; unique.</param>
/// <param name="ContentDigest">Keyed digest of the whole binding: tells a repeat from a conflict without opening anything.</param>
/// <param name="SubjectDigest">Keyed digest of the identity reference, 32 bytes.</param>
/// <param name="Content">The binding, encrypted.</param>
public sealed record StoredBinding(
    ReadOnlyMemory<byte> BindingId,
    ReadOnlyMemory<byte> HandleDigest,
    ReadOnlyMemory<byte> ContentDigest,
    ReadOnlyMemory<byte> SubjectDigest,
    ProtectedRecord Content);

/// <summary>How a bind ended.</summary>
public enum BindOutcome
{
    /// <summary>The binding is new and durable.</summary>
    Bound,

    /// <summary>The same binding was there before; the stored one is returned.</summary>
    Repeat,

    /// <summary>The handle is bound to something else.</summary>
    Conflict,

    /// <summary>The handle was erased; a tombstone keeps it from coming back.</summary>
    Erased,
}

/// <summary>A binding before and after it was corrected; id and handle are the same.</summary>
/// <param name="Before">As it was read.</param>
/// <param name="After">As it will be.</param>
/// <param name="Shared">Newest versions of the mappings that were shared of it, as they were read.</param>
public sealed record CorrectedBinding(StoredBinding Before, StoredBinding After, IReadOnlyList<SharedMapping> Shared);

/// <summary>Kinds of correction, as the proto numbers them.</summary>
public enum CorrectionKind
{
    /// <summary>What was said about a person was wrong.</summary>
    Correction = 1,

    /// <summary>Two subjects turned out to be one person.</summary>
    Merge = 2,

    /// <summary>One subject turned out to be two persons.</summary>
    Split = 3,
}

/// <summary>A correction of bindings, with what tells peers of it.</summary>
/// <param name="IdempotencyKey">16 bytes chosen by the caller; unique among corrections.</param>
/// <param name="RequestDigest">Keyed digest of the request: tells a repeat from a conflict.</param>
/// <param name="Kind">What kind of correction it is.</param>
/// <param name="Bindings">The bindings; all have one subject afterwards.</param>
/// <param name="Corrected">Versions that replace what peers have, each with its event.</param>
/// <param name="Recalled">Versions that tell peers to erase, each with its event; one that is queued already stays.</param>
public sealed record BindingCorrection(
    ReadOnlyMemory<byte> IdempotencyKey,
    ReadOnlyMemory<byte> RequestDigest,
    CorrectionKind Kind,
    IReadOnlyList<CorrectedBinding> Bindings,
    IReadOnlyList<(OutboxEntry Entry, EvidenceEvent Submitted)> Corrected,
    IReadOnlyList<(OutboxEntry Entry, EvidenceEvent Submitted)> Recalled);

/// <summary>How a correction ended.</summary>
public enum CorrectionOutcome
{
    /// <summary>All of it is durable.</summary>
    Corrected,

    /// <summary>It was done before; the numbers are those of then.</summary>
    Repeat,

    /// <summary>The idempotency key was used for another correction.</summary>
    Conflict,

    /// <summary>A binding, or what was shared of it, is not as it was read; nothing was changed. Read again.</summary>
    Changed,

    /// <summary>Bindings of a subject that is given up are left, or none has the subject that stays; nothing was changed.</summary>
    NotAMerge,

    /// <summary>No binding keeps the subject, or it is several subjects; nothing was changed.</summary>
    NotASplit,

    /// <summary>The outbox has no room for all of it; nothing was changed.</summary>
    Full,

    /// <summary>A channel has no room for all of it today; nothing was changed.</summary>
    VolumeUsedUp,
}

/// <summary>The answer of <see cref="IBindingStore.CorrectAsync"/>.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Corrected">Mappings of which a corrected version was queued.</param>
/// <param name="Recalled">Mappings that peers are told to erase because of it.</param>
public sealed record CorrectionResult(CorrectionOutcome Outcome, int Corrected, int Recalled);

/// <summary>Bindings at rest. Every method that changes something returns after it is durable.</summary>
public interface IBindingStore
{
    /// <summary>Keeps a binding. Repeatable: the unique handle digest decides.</summary>
    Task<(BindOutcome Outcome, StoredBinding? Existing)> BindAsync(StoredBinding binding, CancellationToken cancellationToken);

    /// <summary>The binding of this id, or null when there is none or it was erased.</summary>
    Task<StoredBinding?> FindByIdAsync(ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken);

    /// <summary>The binding of this handle, or null when there is none or it was erased.</summary>
    Task<StoredBinding?> FindByHandleAsync(ReadOnlyMemory<byte> handleDigest, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces the content of bindings, destroys the old one, and queues what tells peers, all in one transaction or nothing. Checks, in this order:
    /// repeat, bindings and shared mappings as they were read, merge and split, room. Repeatable: the idempotency key decides.
    /// </summary>
    Task<CorrectionResult> CorrectAsync(BindingCorrection correction, CancellationToken cancellationToken);

    /// <summary>Destroys the data key and the ciphertext and leaves a tombstone. Repeating it is harmless.</summary>
    /// <returns>False when there was no such binding, erased or not.</returns>
    Task<bool> EraseAsync(ReadOnlyMemory<byte> bindingId, CancellationToken cancellationToken);
}
