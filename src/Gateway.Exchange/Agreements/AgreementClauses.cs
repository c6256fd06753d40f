using Gateway.Contracts.Exchange.V1;

namespace Gateway.Exchange.Agreements;

/// <summary>Which clause of an agreement a mapping breaks.</summary>
public enum ClauseOutcome
{
    /// <summary>None.</summary>
    Holds,

    /// <summary>It names another agreement.</summary>
    OtherAgreement,

    /// <summary>Issuer and recipient are not the two parties, in this direction.</summary>
    OtherParties,

    /// <summary>The purpose is not agreed.</summary>
    PurposeNotAgreed,

    /// <summary>A field is filled that is not agreed, or an agreed one contradicts the state.</summary>
    FieldNotAgreed,

    /// <summary>An operation is permitted that is not agreed.</summary>
    OperationNotAgreed,

    /// <summary>The type of the pseudonym is not agreed.</summary>
    PseudonymTypeNotAgreed,

    /// <summary>It would be kept longer than agreed, or its times contradict each other.</summary>
    PeriodNotAgreed,

    /// <summary>The consent it rests on is over.</summary>
    ConsentOver,

    /// <summary>A field is out of its bounds.</summary>
    OutOfBounds,
}

/// <summary>
/// The clauses as code, the same at both ends: what the sender would refuse to send, the receiver refuses to keep.
/// </summary>
public static class AgreementClauses
{
    private const int IdBytes = 16;
    private const int PseudonymBytesMin = 16;
    private const int PseudonymBytesMax = 32;
    private const int ReferenceCharsMax = 128;
    private const int TextCharsMax = 64;

    // A sender's clock may be this far from ours.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>Decides about one mapping.</summary>
    /// <param name="mapping">The mapping.</param>
    /// <param name="agreement">The agreement it travels under.</param>
    /// <param name="issuer">Provider that sends it.</param>
    /// <param name="at">Now.</param>
    public static ClauseOutcome Check(IdentificationMapping mapping, Agreement agreement, string issuer, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(mapping);
        ArgumentNullException.ThrowIfNull(agreement);
        return mapping switch
        {
            _ when !IsInBounds(mapping) => ClauseOutcome.OutOfBounds,
            _ when mapping.AgreementId != agreement.Id => ClauseOutcome.OtherAgreement,
            _ when mapping.Issuer != issuer || agreement.CounterpartyOf(issuer)?.Provider != mapping.Recipient => ClauseOutcome.OtherParties,
            _ when !agreement.Purposes.Contains(mapping.Purpose) => ClauseOutcome.PurposeNotAgreed,
            _ when !agreement.PseudonymTypes.Contains((AgreedPseudonymType)mapping.PseudonymType) => ClauseOutcome.PseudonymTypeNotAgreed,
            _ when !FieldsAreAgreed(mapping, agreement) => ClauseOutcome.FieldNotAgreed,
            _ when mapping.PermittedOperations.Any(operation => !agreement.Operations.Contains((AgreedOperation)operation)) => ClauseOutcome.OperationNotAgreed,
            _ when !PeriodIsAgreed(mapping, agreement, at) => ClauseOutcome.PeriodNotAgreed,
            _ when IsOver(mapping.Consent, at) && mapping.State == MappingState.Active => ClauseOutcome.ConsentOver,
            _ => ClauseOutcome.Holds,
        };
    }

    /// <summary>True when a consent has ended.</summary>
    public static bool IsOver(ConsentReference consent, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(consent);
        return consent.ExpiresAtS != 0 && at.ToUnixTimeSeconds() >= consent.ExpiresAtS;
    }

    private static bool IsInBounds(IdentificationMapping mapping) =>
        mapping.MappingId.Length == IdBytes
        && mapping.Version >= 1
        && Enum.IsDefined(mapping.State) && mapping.State != MappingState.Unspecified
        && mapping.Pseudonym.Length is >= PseudonymBytesMin and <= PseudonymBytesMax
        && mapping.SubjectHandle.Length is 0 or IdBytes
        && Enum.IsDefined(mapping.BindingMethod) && mapping.BindingMethod != BindingMethod.Unspecified
        && mapping.BindingConfidence is >= 0 and <= 1
        && mapping.Purpose.Length is >= 1 and <= TextCharsMax
        && mapping.Consent is { RecordId.Length: >= 1 and <= TextCharsMax, NoticeVersion.Length: >= 1 and <= TextCharsMax }
        && mapping.PermittedOperations.Count is >= 1 and <= 2
        && (mapping.IdentityReference is null || IsInBounds(mapping.IdentityReference));

    private static bool IsInBounds(IdentityReference reference) =>
        Enum.IsDefined(reference.Type) && reference.Type != IdentityReferenceType.Unspecified && reference.Value.Length is >= 1 and <= ReferenceCharsMax;

    // An erased mapping carries nothing more about the person, agreed or not.
    private static bool FieldsAreAgreed(IdentificationMapping mapping, Agreement agreement)
    {
        var alive = mapping.State != MappingState.Erased;
        return (mapping.IdentityReference is null || (alive && agreement.Fields.Contains(MappingField.IdentityReference)))
            && (mapping.SubjectHandle.IsEmpty || (alive && agreement.Fields.Contains(MappingField.SubjectHandle)))
            && (mapping.BindingConfidence == 0 || (alive && agreement.Fields.Contains(MappingField.BindingConfidence)));
    }

    private static bool PeriodIsAgreed(IdentificationMapping mapping, Agreement agreement, DateTimeOffset at)
    {
        var now = at.ToUnixTimeSeconds();
        var tolerance = (long)ClockTolerance.TotalSeconds;
        return mapping.IssuedAtS <= now + tolerance
            && mapping.NotBeforeS <= mapping.NotAfterS
            && mapping.NotAfterS > now
            && mapping.NotAfterS - mapping.IssuedAtS <= (long)agreement.Retention.TotalSeconds + tolerance;
    }
}
