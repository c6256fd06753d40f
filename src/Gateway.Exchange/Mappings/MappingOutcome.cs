namespace Gateway.Exchange.Mappings;

/// <summary>How a request of a backend ended. The names are stable codes (in upper case with underscores on the wire).</summary>
public enum MappingOutcome
{
    /// <summary>Done, now or before.</summary>
    Done,

    /// <summary>A field of the request is missing or out of its bounds.</summary>
    FieldInvalid,

    /// <summary>The handle is bound to somebody else, or was erased.</summary>
    HandleAlreadyBound,

    /// <summary>Unknown, forbidden or erased; which of them is not told.</summary>
    MappingNotFound,

    /// <summary>No agreement in force covers it.</summary>
    AgreementNotInForce,

    /// <summary>The purpose is not in the agreement.</summary>
    PurposeNotAgreed,

    /// <summary>Another clause of the agreement forbids it.</summary>
    ClauseBroken,

    /// <summary>The consent it rests on is over.</summary>
    ConsentExpired,

    /// <summary>The idempotency key was used for another request.</summary>
    IdempotencyConflict,

    /// <summary>The outbox is at its limit.</summary>
    OutboxFull,

    /// <summary>Bindings of a reference that is given up are left, or none has the one that stays.</summary>
    NotAMerge,

    /// <summary>No binding keeps the reference, or the bindings have several.</summary>
    NotASplit,

    /// <summary>More mappings were shared of the bindings than one correction takes.</summary>
    TooManyMappings,
}

/// <summary>An outcome with what was asked for, when there is something.</summary>
/// <typeparam name="T">What was asked for.</typeparam>
/// <param name="Outcome">How it ended.</param>
/// <param name="Value">What was asked for, when <see cref="MappingOutcome.Done"/>.</param>
public sealed record MappingAnswer<T>(MappingOutcome Outcome, T? Value)
    where T : class;
